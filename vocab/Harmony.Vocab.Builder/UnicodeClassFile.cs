using System.Globalization;
using System.Text;
using Harmony.Bpe;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Vocab.Builder;

/// <summary>
/// vocab/unicode-classes.txt: ranges of code points and their class, one range a line, so that a change of
/// the Unicode version can be read as a diff. What no line names is <see cref="CharacterClass.Other"/>.
/// </summary>
internal static class UnicodeClassFile
{
    public const string Name = "unicode-classes.txt";

    private const int CodePointCount = 0x110000;

    /// <summary>The Unicode version the reference's regex engine has; ids depend on it.</summary>
    public const string UnicodeVersion = "16.0.0";

    /// <summary>Reads the class of every code point.</summary>
    public static CharacterClass[] Read(string directory)
    {
        var classes = new CharacterClass[CodePointCount];
        Array.Fill(classes, CharacterClass.Other);
        int number = 0;
        foreach (string line in File.ReadLines(Path.Combine(directory, Name)))
        {
            number++;
            if (line.StartsWith('#'))
            {
                continue;
            }

            string[] parts = line.Split(["..", " "], StringSplitOptions.None);
            const NumberStyles Hex = NumberStyles.AllowHexSpecifier;
            if (parts.Length != 3
                || !int.TryParse(parts[0], Hex, CultureInfo.InvariantCulture, out int first)
                || !int.TryParse(parts[1], Hex, CultureInfo.InvariantCulture, out int last)
                || first > last || last >= CodePointCount
                || !Enum.TryParse(parts[2], out CharacterClass characterClass))
            {
                throw new VocabularyException(
                    $"{Name}, line {number}: expected FIRST..LAST CLASS, found '{line}'.", number);
            }

            Array.Fill(classes, WithBase(characterClass), first, last - first + 1);
        }

        return classes;
    }

    /// <summary>Writes the file from the runtime's own Unicode data.</summary>
    public static void Generate(string directory)
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"# Unicode {UnicodeVersion}: the classes that the splitting pattern tells apart.\n");
        text.Append("# Written by: dotnet run --project vocab/Harmony.Vocab.Builder -- unicode vocab\n");
        text.Append("# Checked against the Unicode Character Database by Harmony.Bpe.Tests.\n");
        for (int first = 0; first < CodePointCount;)
        {
            CharacterClass characterClass = Classify(first);
            int last = first;
            while (last + 1 < CodePointCount && Classify(last + 1) == characterClass)
            {
                last++;
            }

            if (characterClass != CharacterClass.Other)
            {
                text.Append(CultureInfo.InvariantCulture, $"{first:X4}..{last:X4} {characterClass}\n");
            }

            first = last + 1;
        }

        File.WriteAllText(Path.Combine(directory, Name), text.ToString());
    }

    private static CharacterClass WithBase(CharacterClass characterClass) =>
        characterClass == CharacterClass.Mark
            ? CharacterClass.Mark | CharacterClass.Caseless
            : characterClass;

    private static CharacterClass Classify(int codePoint)
    {
        if (codePoint is '\r' or '\n')
        {
            return CharacterClass.Newline;
        }

        if (codePoint <= char.MaxValue && char.IsWhiteSpace((char)codePoint))
        {
            return CharacterClass.Space;
        }

        return CharUnicodeInfo.GetUnicodeCategory(codePoint) switch
        {
            UnicodeCategory.LowercaseLetter => CharacterClass.Lower,
            UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter => CharacterClass.Upper,
            UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => CharacterClass.Caseless,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.EnclosingMark
                => CharacterClass.Mark,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber
                => CharacterClass.Number,
            _ => CharacterClass.Other,
        };
    }
}
