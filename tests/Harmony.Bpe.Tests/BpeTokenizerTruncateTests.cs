using System.Text;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Tests.Oracles;

namespace Harmony.Bpe.Tests;

/// <summary>Truncation against trying every place to cut.</summary>
public sealed class BpeTokenizerTruncateTests
{
    private static readonly BpeTokenizer Tokenizer = BpeTokenizer.O200kHarmony;
    private static readonly HashSet<string> AllNames = [.. TextbookTokenizer.O200kHarmony.SpecialTokens.Keys];

    public static IEnumerable<TheoryDataRow<int>> Seeds =>
        Enumerable.Range(1, 4).Select(static seed => new TheoryDataRow<int>(seed));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void GetPrefixLengthAndSuffixStart_RandomUtf8_AreTheBestOfAllCuts(int seed)
    {
        var generator = new EdgeTextGenerator(seed);
        for (int i = 0; i < 25; i++)
        {
            byte[] utf8 = generator.NextUtf8(runs: 5);
            (_, int[] starts) = TextbookUtf8.Decode(utf8);
            int[] prefixes = [.. starts.Select(cut => CountOf(utf8.AsSpan(0, cut)))];
            int[] suffixes = [.. starts.Select(cut => CountOf(utf8.AsSpan(cut)))];
            for (int limit = 0; limit <= Math.Min(prefixes[^1] + 1, 40); limit++)
            {
                int prefix = starts[Array.FindLastIndex(prefixes, count => count <= limit)];
                int suffix = starts[Array.FindIndex(suffixes, count => count <= limit)];
                Assert.True(
                    prefix == Tokenizer.GetPrefixLength(utf8, limit, EncodeOptions.Ordinary)
                    && suffix == Tokenizer.GetSuffixStart(utf8, limit, EncodeOptions.Ordinary),
                    $"{Convert.ToHexString(utf8)}, limit {limit}: expected ..{prefix} and {suffix}.., "
                    + $"was ..{Tokenizer.GetPrefixLength(utf8, limit, EncodeOptions.Ordinary)} "
                    + $"and {Tokenizer.GetSuffixStart(utf8, limit, EncodeOptions.Ordinary)}..");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void GetPrefixLengthAndSuffixStart_RandomText_AreTheBestOfAllCuts(int seed)
    {
        var generator = new EdgeTextGenerator(50 + seed);
        for (int i = 0; i < 25; i++)
        {
            string text = generator.NextText(runs: 5);
            int[] starts = [.. Enumerable.Range(0, text.Length + 1).Where(cut => !IsInsidePair(text, cut))];
            int[] prefixes = [.. starts.Select(cut => CountOf(TextbookUtf8.Encode(text[..cut])))];
            int[] suffixes = [.. starts.Select(cut => CountOf(TextbookUtf8.Encode(text[cut..])))];
            for (int limit = 0; limit <= Math.Min(prefixes[^1] + 1, 20); limit++)
            {
                Assert.Equal(
                    starts[Array.FindLastIndex(prefixes, count => count <= limit)],
                    Tokenizer.GetPrefixLength(text, limit, EncodeOptions.Ordinary));
                Assert.Equal(
                    starts[Array.FindIndex(suffixes, count => count <= limit)],
                    Tokenizer.GetSuffixStart(text, limit, EncodeOptions.Ordinary));
            }
        }
    }

    [Fact]
    public void GetPrefixLengthAndSuffixStart_AllowedSpecialTokens_AreNeverCut()
    {
        const string Text = "Hi<|start|>user<|message|>What is 1+1?<|end|><|start|>assistant";
        int[] starts = [.. Enumerable.Range(0, Text.Length + 1).Where(static cut => !IsInsideName(Text, cut))];
        for (int limit = 0; limit <= 20; limit++)
        {
            Assert.Equal(
                starts.Last(cut => CountWithSpecials(Text[..cut]) <= limit),
                Tokenizer.GetPrefixLength(Text, limit, EncodeOptions.AllSpecial));
            Assert.Equal(
                starts.First(cut => CountWithSpecials(Text[cut..]) <= limit),
                Tokenizer.GetSuffixStart(Text, limit, EncodeOptions.AllSpecial));
        }
    }

    [Fact]
    public void GetPrefixLengthAndSuffixStart_LongText_FitAndLeaveNoRoom()
    {
        string text = string.Concat(
            Enumerable.Range(0, 3_000).Select(static i => $"Line {i}: some words, \u4F60\u597D.\n"));
        int total = Tokenizer.Count(text);
        foreach (int limit in new[] { 0, 1, 10, 1_000, total / 2, total - 1, total, int.MaxValue })
        {
            int length = Tokenizer.GetPrefixLength(text, limit);
            int start = Tokenizer.GetSuffixStart(text, limit);

            Assert.True(Tokenizer.IsWithin(text.AsSpan(0, length), limit));
            Assert.True(Tokenizer.IsWithin(text.AsSpan(start), limit));
            Assert.Equal(limit >= total, length == text.Length);
            Assert.Equal(limit >= total, start == 0);
            for (int more = 1; more <= 40 && limit < total; more++)
            {
                Assert.False(
                    length + more <= text.Length && Tokenizer.IsWithin(text.AsSpan(0, length + more), limit));
                Assert.False(start >= more && Tokenizer.IsWithin(text.AsSpan(start - more), limit));
            }
        }
    }

    /// <summary>Tries all ends of tokens in a long piece, and all places outside of it: the result is the
    /// best of these, or a better one.</summary>
    [Theory]
    [InlineData("", "a", 700, "")]
    [InlineData("", " ", 700, "")]
    [InlineData("", "\n", 700, "")]
    [InlineData("", "\u4F60", 400, "")]
    [InlineData("", "qzxj", 150, "")]
    [InlineData("some 12", "qzxj", 150, " more")]
    [InlineData("some", " ", 700, "more 12")]
    [InlineData("1", "\u4F60\u597D\u4E16", 180, ", more")]
    [InlineData("1", "!=", 300, "1 1")]
    [InlineData("x ", "e\u0301z", 200, "!")]
    public void GetPrefixLengthAndSuffixStart_OneLongPiece_AreTheBestOfItsTokensEnds(
        string before, string unit, int repeats, string after)
    {
        string text = before + string.Concat(Enumerable.Repeat(unit, repeats)) + after;
        byte[] utf8 = TextbookUtf8.Encode(text);
        int[] ends = [0, .. Tokenizer.EncodeWithOffsets(utf8).Select(static token => token.ByteStart + token.ByteLength)];
        (_, int[] starts) = TextbookUtf8.Decode(utf8);
        int[] cuts = [.. starts.Where(cut =>
            cut <= before.Length || cut >= utf8.Length - after.Length || ends.Contains(cut))];
        int[] prefixes = [.. cuts.Select(cut => Tokenizer.Count(utf8.AsSpan(0, cut)))];
        int[] suffixes = [.. cuts.Select(cut => Tokenizer.Count(utf8.AsSpan(cut)))];
        int total = Tokenizer.Count(text);
        for (int limit = 0; limit <= total + 1; limit++)
        {
            int length = Tokenizer.GetPrefixLength(utf8, limit);
            int start = Tokenizer.GetSuffixStart(utf8, limit);

            Assert.InRange(length, cuts[Array.FindLastIndex(prefixes, count => count <= limit)], utf8.Length);
            Assert.InRange(start, 0, cuts[Array.FindIndex(suffixes, count => count <= limit)]);
            Assert.True(Tokenizer.IsWithin(utf8.AsSpan(0, length), limit));
            Assert.True(Tokenizer.IsWithin(utf8.AsSpan(start), limit));
            Assert.Contains(length, starts);
            Assert.Contains(start, starts);
            Assert.Equal(length, TextbookUtf8.Encode(text[..Tokenizer.GetPrefixLength(text, limit)]).Length);
            Assert.Equal(start, TextbookUtf8.Encode(text[..Tokenizer.GetSuffixStart(text, limit)]).Length);
        }
    }

    [Fact]
    public void GetPrefixLengthAndSuffixStart_RefusedInput_IsRefused()
    {
        const string Limit = "maxTokens";
        Assert.Throws<ArgumentOutOfRangeException>(Limit, () => Tokenizer.GetPrefixLength("a", -1));
        Assert.Throws<ArgumentOutOfRangeException>(Limit, () => Tokenizer.GetPrefixLength("a"u8, -1));
        Assert.Throws<ArgumentOutOfRangeException>(Limit, () => Tokenizer.GetSuffixStart("a", -1));
        Assert.Throws<ArgumentOutOfRangeException>(Limit, () => Tokenizer.GetSuffixStart("a"u8, -1));
        Assert.Equal(
            2, Assert.Throws<SpecialTokenException>(() => Tokenizer.GetPrefixLength("\u20ACx<|end|>", 1)).Index);
        Assert.Equal(
            4, Assert.Throws<SpecialTokenException>(() => Tokenizer.GetSuffixStart("\u20ACx<|end|>"u8, 1)).Index);
        EncodeOptions strict = EncodeOptions.Ordinary with { RejectInvalidUtf8 = true };
        Assert.Throws<InvalidUtf8Exception>(() => Tokenizer.GetPrefixLength([0x61, 0xFF], 1, strict));
        Assert.Throws<InvalidUtf8Exception>(() => Tokenizer.GetSuffixStart([0x61, 0xFF], 1, strict));
    }

    private static int CountOf(ReadOnlySpan<byte> utf8) => TextbookTokenizer.O200kHarmony.Encode(utf8).Count;

    private static int CountWithSpecials(string text) =>
        TextbookTokenizer.O200kHarmony.Encode(Encoding.UTF8.GetBytes(text), AllNames).Count;

    private static bool IsInsidePair(string text, int cut) =>
        cut > 0 && cut < text.Length && char.IsSurrogatePair(text[cut - 1], text[cut]);

    private static bool IsInsideName(string text, int cut)
    {
        int open = cut == 0 ? -1 : text.LastIndexOf("<|", cut - 1, StringComparison.Ordinal);
        return (open >= 0 && text.IndexOf("|>", open, StringComparison.Ordinal) + 2 > cut)
            || (cut > 0 && cut < text.Length && text[cut - 1] == '<' && text[cut] == '|');
    }
}
