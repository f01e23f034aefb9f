using System.Globalization;
using Harmony.Tests;

namespace Harmony.Bpe.Tests.Oracles;

/// <summary>Unicode 16.0's General_Category, White_Space and case folding, from the committed extract of the
/// Unicode Character Database.</summary>
internal static class UnicodeData
{
    public const int CodePointCount = 0x110000;

    private static readonly Dictionary<string, string[]> Lines = File
        .ReadLines(RepositoryFiles.PathOf("tests/Golden/unicode-16.0.0-general-category.txt"))
        .Where(static line => !line.StartsWith('#'))
        .Select(static line => line.Split(' '))
        .ToDictionary(static parts => parts[0], static parts => parts[1..]);

    /// <summary>The two-letter category of every code point.</summary>
    public static string[] Categories { get; } = ReadCategories();

    /// <summary>The code points that have White_Space, ascending.</summary>
    public static int[] WhiteSpace { get; } = [.. Read("White_Space")];

    /// <summary>The code points whose category begins with this: "L" or "Lu".</summary>
    public static IEnumerable<int> InCategory(string prefix) =>
        Enumerable.Range(0, CodePointCount).Where(
            codePoint => Categories[codePoint].StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>A lower-case ASCII letter and everything that folds to it.</summary>
    public static IEnumerable<int> FoldingTo(char letter) => Read($"Fold:{letter}").Prepend(letter);

    private static string[] ReadCategories()
    {
        var categories = new string[CodePointCount];
        foreach (string name in Lines.Keys.Where(static name => name.Length == 2))
        {
            foreach (int codePoint in Read(name))
            {
                if (categories[codePoint] is not null)
                {
                    throw new InvalidDataException($"U+{codePoint:X4} has two categories.");
                }

                categories[codePoint] = name;
            }
        }

        int without = Array.IndexOf(categories, null);
        return without < 0 ? categories : throw new InvalidDataException($"U+{without:X4} has no category.");
    }

    private static IEnumerable<int> Read(string name)
    {
        foreach (string range in Lines[name])
        {
            string[] ends = range.Split('-');
            int first = int.Parse(ends[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            int last = int.Parse(ends[^1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            for (int codePoint = first; codePoint <= last; codePoint++)
            {
                yield return codePoint;
            }
        }
    }
}
