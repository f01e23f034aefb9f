using System.Globalization;
using Harmony.Bpe.Tests.Oracles;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Tests.Vocabulary;

/// <summary>The built-in Unicode classes against the Unicode Character Database.</summary>
public sealed class CharacterClassTableTests
{
    [Fact]
    public void Classes_EveryCodePoint_EqualsUnicodesData()
    {
        CharacterClassTable classes = FrozenVocabulary.Embedded.Classes;
        HashSet<int> whiteSpace = [.. UnicodeData.WhiteSpace];
        for (int codePoint = 0; codePoint < UnicodeData.CodePointCount; codePoint++)
        {
            CharacterClass expected = codePoint is '\r' or '\n' ? CharacterClass.Newline
                : whiteSpace.Contains(codePoint) ? CharacterClass.Space
                : ClassOf(UnicodeData.Categories[codePoint]);
            if (classes[(uint)codePoint] != expected)
            {
                Assert.Fail($"U+{codePoint:X4}: expected {expected}, was {classes[(uint)codePoint]}");
            }
        }
    }

    [Fact]
    public void WhiteSpace_InUnicodesData_HasTwentyFiveCodePointsNoneOfThemALetterOrNumber()
    {
        Assert.Equal(25, UnicodeData.WhiteSpace.Length);
        Assert.All(
            UnicodeData.WhiteSpace, static c => Assert.False(UnicodeData.Categories[c][0] is 'L' or 'N' or 'M'));
    }

    [Theory]
    [InlineData("Lu", 651)]
    [InlineData("Ll", 662)]
    [InlineData("Lt", 10)]
    [InlineData("Lm", 75)]
    [InlineData("Lo", 528)]
    [InlineData("M", 321)]
    [InlineData("N", 144)]
    public void Categories_InUnicodesData_HaveTheKnownNumbersOfRanges(string category, int ranges)
    {
        int[] codePoints = [.. UnicodeData.InCategory(category)];

        Assert.Equal(ranges, codePoints.Where((c, i) => i == 0 || codePoints[i - 1] != c - 1).Count());
    }

    [Fact]
    public void FrozenFormat_UnicodeVersion_IsThatOfTheData() => Assert.Equal(
        "16.0.0",
        string.Create(
            CultureInfo.InvariantCulture,
            $"{FrozenFormat.UnicodeVersion >> 16}.{(FrozenFormat.UnicodeVersion >> 8) & 0xFF}.{FrozenFormat.UnicodeVersion & 0xFF}"));

    private static CharacterClass ClassOf(string category) => category switch
    {
        "Ll" => CharacterClass.Lower,
        "Lu" or "Lt" => CharacterClass.Upper,
        "Lm" or "Lo" => CharacterClass.Caseless,
        "Mn" or "Mc" or "Me" => CharacterClass.Mark | CharacterClass.Caseless,
        "Nd" or "Nl" or "No" => CharacterClass.Number,
        _ => CharacterClass.Other,
    };
}
