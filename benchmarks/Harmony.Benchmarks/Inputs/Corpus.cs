using Harmony.Tests;

namespace Harmony.Benchmarks.Inputs;

/// <summary>The texts of tests/Corpora.</summary>
internal static class Corpus
{
    private const string Folder = "tests/Corpora";
    private const string Ending = ".txt.gz";

    /// <summary>The names of the texts, without the files' endings.</summary>
    public static IEnumerable<string> Names { get; } =
    [
        .. Directory.GetFiles(RepositoryFiles.PathOf(Folder), "*" + Ending)
            .Select(static file => Path.GetFileName(file)[..^Ending.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>A whole text, in UTF-8.</summary>
    public static byte[] Read(string name) => RepositoryFiles.ReadGzip($"{Folder}/{name}{Ending}");

    /// <summary>The first bytes of a text, without those of a character that they cut. A
    /// longer text than there is, is the text again and again.</summary>
    public static byte[] Read(string name, int length)
    {
        byte[] whole = Read(name);
        var utf8 = new byte[length];
        for (int written = 0; written < length; written += whole.Length)
        {
            whole.AsSpan(0, Math.Min(whole.Length, length - written)).CopyTo(utf8.AsSpan(written));
        }

        int end = length;
        while (length < whole.Length && (whole[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return utf8[..end];
    }

    /// <summary>A text, cut at the first line end after each stretch of a number of bytes.</summary>
    public static ReadOnlyMemory<byte>[] ReadDocuments(string name, int length)
    {
        byte[] whole = Read(name);
        var documents = new List<ReadOnlyMemory<byte>>();
        for (int start = 0; start < whole.Length;)
        {
            int wanted = Math.Min(start + length, whole.Length);
            int lineEnd = whole.AsSpan(wanted).IndexOf((byte)'\n');
            int end = lineEnd < 0 ? whole.Length : wanted + lineEnd + 1;
            documents.Add(whole.AsMemory(start..end));
            start = end;
        }

        return [.. documents];
    }
}
