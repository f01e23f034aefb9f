using System.IO.Compression;
using System.Security.Cryptography;

namespace Harmony.Compare.Runs;

/// <summary>A text that the tools encode.</summary>
/// <param name="Name">What it is called in the results: without its folder.</param>
/// <param name="Path">Where the tools find it.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">The hash of its bytes, in hexadecimal digits.</param>
internal sealed record CorpusFile(string Name, string Path, long Bytes, string Sha256)
{
    private const string Packed = ".gz";

    /// <summary>Looks at a file; one that is packed is unpacked into a folder first.</summary>
    /// <exception cref="CompareException">It cannot be read.</exception>
    public static CorpusFile Open(string path, string unpackTo)
    {
        try
        {
            string name = System.IO.Path.GetFileName(path);
            if (name.EndsWith(Packed, StringComparison.Ordinal))
            {
                name = name[..^Packed.Length];
                string unpacked = System.IO.Path.Combine(unpackTo, name);
                Unpack(path, unpacked);
                path = unpacked;
            }

            using FileStream file = File.OpenRead(path);
            return new CorpusFile(name, path, file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new CompareException($"cannot read {path}: {e.Message}");
        }
    }

    private static void Unpack(string path, string unpacked)
    {
        using var source = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using FileStream target = File.Create(unpacked);
        source.CopyTo(target);
    }
}
