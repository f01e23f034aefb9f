using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Harmony.Vocab.Builder;

/// <summary>Stretches of the text in a folder of files, at equal distances.</summary>
internal static partial class PackageTexts
{
    /// <summary>About how many characters are taken.</summary>
    private const long Limit = 6_000_000;

    private const int StretchLength = 32 * 1024;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private static readonly string[] Skipped = [".svg", ".map", ".min.js", ".min.css", ".po", ".pyc", ".inv"];

    private static readonly EnumerationOptions Everything =
        new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>Reads the folder.</summary>
    public static IEnumerable<string> Read(string directory)
    {
        FileInfo[] files =
        [
            .. new DirectoryInfo(directory)
                .EnumerateFiles("*", Everything)
                .Where(static file => !Skipped.Any(end => file.Name.EndsWith(end, StringComparison.Ordinal)))
                .OrderBy(static file => file.FullName, StringComparer.Ordinal),
        ];
        long step = files.Sum(static file => file.Length * (IsPacked(file) ? 4 : 1)) / Limit + 1;
        long stretch = 0;
        foreach (FileInfo file in files)
        {
            string text = TextOf(file);
            for (int at = 0; at < text.Length; at += StretchLength)
            {
                if (stretch++ % step == 0)
                {
                    yield return text.Substring(at, Math.Min(StretchLength, text.Length - at));
                }
            }
        }
    }

    private static bool IsPacked(FileInfo file) => file.Extension is ".gz" or ".dz";

    /// <summary>The text of a file; empty if it is no text.</summary>
    private static string TextOf(FileInfo file)
    {
        byte[] bytes = File.ReadAllBytes(file.FullName);
        string name = file.Name;
        if (IsPacked(file))
        {
            using var unpacked = new MemoryStream();
            using (var packed = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress))
            {
                packed.CopyTo(unpacked);
            }

            bytes = unpacked.ToArray();
            name = Path.GetFileNameWithoutExtension(name);
        }

        try
        {
            if (name.EndsWith(".mo", StringComparison.Ordinal))
            {
                return Translations(bytes);
            }

            string text = bytes.AsSpan().Contains((byte)0) ? "" : Strict.GetString(bytes);
            return Path.GetExtension(name) is ".html" or ".htm" or ".xhtml"
                ? WebUtility.HtmlDecode(Tag().Replace(text, ""))
                : text;
        }
        catch (DecoderFallbackException)
        {
            return "";
        }
    }

    /// <summary>The translated texts of a file of GNU gettext.</summary>
    private static string Translations(byte[] file)
    {
        const uint Magic = 0x9504_12DE;
        if (file.Length < 28 || BinaryPrimitives.ReadUInt32LittleEndian(file) != Magic)
        {
            return "";
        }

        int count = ReadInt32(8);
        int table = ReadInt32(16);
        var text = new StringBuilder();
        for (int i = 1; i < count; i++)
        {
            ReadOnlySpan<byte> translation = file.AsSpan(ReadInt32(table + 8 * i + 4), ReadInt32(table + 8 * i));
            text.AppendLine(Strict.GetString(translation).Replace('\0', '\n'));
        }

        return text.ToString();

        int ReadInt32(int at) => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at));
    }

    [GeneratedRegex("<(script|style).*?</\\1>|<[^>]*>", RegexOptions.Singleline)]
    private static partial Regex Tag();
}
