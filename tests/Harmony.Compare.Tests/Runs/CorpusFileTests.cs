using System.IO.Compression;
using Harmony.Compare.Runs;

namespace Harmony.Compare.Tests.Runs;

public sealed class CorpusFileTests : IDisposable
{
    /// <summary>Of "abc", as the standard's own example gives it.</summary>
    private const string Sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("harmony-compare-tests-");

    [Fact]
    public void Open_PlainAndPacked_SameTextAndHash()
    {
        string plain = Path.Combine(_folder.FullName, "plain.txt");
        File.WriteAllText(plain, "abc");
        Assert.Equal(new CorpusFile("plain.txt", plain, 3, Sha256), CorpusFile.Open(plain, _folder.FullName));

        string packed = Path.Combine(_folder.FullName, "packed.txt.gz");
        using (var stream = new GZipStream(File.Create(packed), CompressionLevel.Fastest))
        {
            stream.Write("abc"u8);
        }

        string unpacked = Path.Combine(_folder.FullName, "packed.txt");
        Assert.Equal(
            new CorpusFile("packed.txt", unpacked, 3, Sha256), CorpusFile.Open(packed, _folder.FullName));
        Assert.Equal("abc", File.ReadAllText(unpacked));
    }

    [Fact]
    public void Open_NoSuchFile_SaysSo()
    {
        string path = Path.Combine(_folder.FullName, "none.txt");
        CompareException e = Assert.Throws<CompareException>(() => CorpusFile.Open(path, _folder.FullName));
        Assert.Contains("none.txt", e.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
