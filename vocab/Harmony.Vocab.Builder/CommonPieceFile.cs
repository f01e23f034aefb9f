using System.Globalization;
using System.Text;
using Harmony.Bpe;

namespace Harmony.Vocab.Builder;

/// <summary>
/// vocab/common-pieces.txt: pieces that texts often have and that are no tokens, one a line, the most common
/// first. What cannot be seen at its place is escaped.
/// </summary>
internal static class CommonPieceFile
{
    public const string Name = "common-pieces.txt";

    private const char Comment = '#';

    /// <summary>Reads the pieces.</summary>
    public static List<byte[]> Read(string directory)
    {
        var pieces = new List<byte[]>();
        int number = 0;
        foreach (string line in File.ReadLines(Path.Combine(directory, Name)))
        {
            number++;
            if (!line.StartsWith(Comment))
            {
                pieces.Add(Encoding.UTF8.GetBytes(Unescape(line, number)));
            }
        }

        return pieces;
    }

    /// <summary>Writes the file.</summary>
    public static void Write(string directory, IEnumerable<string> header, IEnumerable<string> pieces)
    {
        using var file = new StreamWriter(Path.Combine(directory, Name)) { NewLine = "\n" };
        foreach (string line in header)
        {
            file.WriteLine($"{Comment} {line}");
        }

        foreach (string piece in pieces)
        {
            file.WriteLine(Escape(piece));
        }
    }

    private static string Escape(string piece)
    {
        var line = new StringBuilder();
        for (int i = 0; i < piece.Length; i++)
        {
            char c = piece[i];
            bool isVisible = c == ' '
                ? i + 1 < piece.Length
                : !(char.IsControl(c) || char.IsWhiteSpace(c) || char.IsSurrogate(c)
                    || char.GetUnicodeCategory(c) is UnicodeCategory.Format
                    || (i == 0 && (c == Comment || IsMark(c))));
            if (c == '\\')
            {
                line.Append(@"\\");
            }
            else if (isVisible)
            {
                line.Append(c);
            }
            else
            {
                line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            }
        }

        return line.ToString();
    }

    private static bool IsMark(char c) => char.GetUnicodeCategory(c)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    private static string Unescape(string line, int number)
    {
        var piece = new StringBuilder();
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] != '\\')
            {
                piece.Append(line[i]);
            }
            else if (i + 1 < line.Length && line[i + 1] == '\\')
            {
                piece.Append('\\');
                i++;
            }
            else if (i + 5 < line.Length && line[i + 1] == 'u'
                && ushort.TryParse(
                    line.AsSpan(i + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                    out ushort c))
            {
                piece.Append((char)c);
                i += 5;
            }
            else
            {
                throw new VocabularyException(
                    $@"{Name}, line {number}: expected \\ or \uXXXX, found '{line[i..]}'.", number);
            }
        }

        return piece.ToString();
    }
}
