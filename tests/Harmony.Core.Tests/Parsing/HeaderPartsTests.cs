using Harmony.Core.Parsing;

namespace Harmony.Core.Tests.Parsing;

/// <summary>The white space of headers that is unusual.</summary>
public class HeaderPartsTests
{
    [Fact]
    public void UnusualSpaces_AllChars_AreWhiteSpaceThatDoesNotSeparateWordsInTheReference()
    {
        const string WithoutWidth = "\u200B\u2060\uFEFF";
        IEnumerable<char> expected = Enumerable.Range(0, char.MaxValue + 1).Select(static c => (char)c)
            .Where(static c => (char.IsWhiteSpace(c) && !HeaderWords.AsciiWhiteSpace.Contains(c))
                || WithoutWidth.Contains(c));

        Assert.Equal(expected, HeaderParts.UnusualSpaces.Order());
    }
}
