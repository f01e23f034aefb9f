using System.Text;
using Harmony.Bpe.Batches;
using Harmony.Bpe.Tests.Oracles;
using Harmony.Bpe.Tests.Support;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Tests;

/// <summary>Other special tokens over the same ranks.</summary>
public sealed class BpeTokenizerWithSpecialTokensTests
{
    private static readonly BpeTokenizer Harmony = BpeTokenizer.O200kHarmony;

    private static readonly BpeTokenizer Tiktoken =
        Harmony.WithSpecialTokens([new("<|endofprompt|>", 200018), .. Harmony.SpecialTokens]);

    [Fact]
    public void WithSpecialTokens_SecondNameOfAnId_IsEncodedToItAndDecodesToTheFirst()
    {
        Assert.Equal([200018], Tiktoken.Encode("<|endofprompt|>", EncodeOptions.AllSpecial));
        Assert.Equal([200018], Tiktoken.Encode("<|reserved_200018|>", EncodeOptions.AllSpecial));
        Assert.Equal("<|endofprompt|>", Tiktoken.Decode([200018]));
        Assert.Equal("<|endofprompt|>"u8, Tiktoken.GetTokenBytes(200018));
        Assert.True(Tiktoken.SpecialTokens.TryGetName(200018, out string? name));
        Assert.Equal("<|endofprompt|>", name);
        Assert.True(Tiktoken.SpecialTokens.TryGetId("<|reserved_200018|>", out int id));
        Assert.Equal(200018, id);
        Assert.Equal("<|endofprompt|>", new Utf8StreamDecoder(Tiktoken).AppendText(200018));
        Assert.Equal(Harmony.SpecialTokens.Count + 1, Tiktoken.SpecialTokens.Count);
        Assert.Equal(Harmony.VocabularySize, Tiktoken.VocabularySize);

        // The other way round; and the original tokenizer is unchanged.
        BpeTokenizer reversed = Harmony.WithSpecialTokens([.. Harmony.SpecialTokens, new("<|endofprompt|>", 200018)]);
        Assert.Equal("<|reserved_200018|>", reversed.Decode([200018]));
        Assert.Equal("<|reserved_200018|>", Harmony.Decode([200018]));
        Assert.NotEqual([200018], Harmony.Encode("<|endofprompt|>", EncodeOptions.AllSpecial));
    }

    [Fact]
    public void WithSpecialTokens_EveryTokenOfATable_IsFoundByIdAndByName()
    {
        // Names in no order, ids with one to four names, gaps between them.
        var random = new Random(5);
        SpecialToken[] tokens = [.. Enumerable.Range(0, 500)
            .Select(i => new SpecialToken($"<{i * 7919 % 1000}>", 200_000 + random.Next(300) * random.Next(1, 9)))];
        BpeTokenizer tokenizer = BpeTokenizer.O200kBase.WithSpecialTokens(tokens);

        Assert.Equal(tokens.Length, tokenizer.SpecialTokens.Count);
        Assert.Equal(tokens.OrderBy(static token => token.Id), tokenizer.SpecialTokens);
        Assert.Equal(tokens.Max(static token => token.Id) + 1, tokenizer.VocabularySize);
        foreach (SpecialToken token in tokens)
        {
            string first = tokens.First(other => other.Id == token.Id).Name;
            Assert.Equal(first, tokenizer.Decode([token.Id]));
            Assert.Equal([token.Id], tokenizer.Encode(token.Name, EncodeOptions.AllSpecial));
            Assert.Equal([token.Id], tokenizer.Encode(token.Name, EncodeOptions.Allow(token.Name)));
            Assert.Equal(token.Name, Assert.Throws<SpecialTokenException>(() => tokenizer.Count(token.Name)).Name);
            Assert.True(tokenizer.IsSpecial(token.Id));
            Assert.True(tokenizer.TryGetId(Encoding.UTF8.GetBytes(token.Name), out int id));
            Assert.Equal(token.Id, id);
        }

        for (int id = 199_998; id < 203_000; id++)
        {
            Assert.Equal(tokens.Any(token => token.Id == id), tokenizer.TryGetTokenBytes(id, out _));
        }
    }

    [Fact]
    public void WithSpecialTokens_EveryPath_EqualsTextbook()
    {
        string[] names = ["<|a|>", "[INST]", "[", "<|a|><|a|>", "\u20AC"];
        BpeTokenizer tokenizer = Harmony.WithSpecialTokens(names.Select(static (name, i) => new SpecialToken(name, 250_000 + i)));
        var textbook = new TextbookTokenizer(
            TextbookMerge.O200k, names.Select(static (name, i) => (name, i)).ToDictionary(static p => p.name, static p => 250_000 + p.i));
        const string Text = "x<|a|>y [INST] 5\u20AC <|a|><|a|><|a|> <|end|>";

        new EncodePaths(tokenizer, EncodeOptions.AllSpecial).AssertText(
            Text, [.. textbook.Encode(Encoding.UTF8.GetBytes(Text), names.ToHashSet())]);
        new EncodePaths(tokenizer, EncodeOptions.Allow("[") with { OtherSpecial = SpecialTextHandling.Ordinary }).AssertText(
            Text, [.. textbook.Encode(Encoding.UTF8.GetBytes(Text), new HashSet<string> { "[" })]);
        Assert.Equal(Text, tokenizer.Decode(tokenizer.Encode(Text, EncodeOptions.AllSpecial)));
        Assert.Null(tokenizer.EndOfTextId);
        Assert.Throws<UnknownTokenException>(() => tokenizer.Decode([200006]));
    }

    [Theory]
    [InlineData("<|b|>", "<|a_long_name|>")]
    [InlineData("<|a_long_name|>", "<|b|>")]
    [InlineData("\u20AC\u20AC", "[x]")]
    public void WithSpecialTokens_NamesOfAnyLengthForAnId_HaveTheirOwnLengthInTexts(string first, string second)
    {
        BpeTokenizer tokenizer = Harmony.WithSpecialTokens([new(first, 200_018), new(second, 200_018)]);
        string text = $"a{first} b\u00E9{second}{second}x y{first}";
        EncodeOptions options = EncodeOptions.AllSpecial;

        TokenRange[] ranges = tokenizer.EncodeWithOffsets(text, options);
        Assert.Equal(tokenizer.Encode(text, options), ranges.Select(static range => range.Id));
        Assert.Equal(
            [first, second, second, first],
            ranges.Where(static range => range.Id == 200_018)
                .Select(range => text.Substring(range.CharStart, range.CharLength)));
        Assert.Equal(text.Length, ranges[^1].CharStart + ranges[^1].CharLength);
        Assert.Equal(Encoding.UTF8.GetByteCount(text), ranges[^1].ByteStart + ranges[^1].ByteLength);

        // A cut is never inside a special token.
        int[] cuts = [.. Enumerable.Range(0, text.Length + 1).Where(at => !ranges.Any(
            range => range.Id == 200_018 && at > range.CharStart && at < range.CharStart + range.CharLength))];
        for (int count = 0; count <= ranges.Length; count++)
        {
            Assert.Equal(
                cuts.Last(at => tokenizer.Encode(text.AsSpan(0, at), options).Length <= count),
                tokenizer.GetPrefixLength(text, count, options));
            Assert.Equal(
                cuts.First(at => tokenizer.Encode(text.AsSpan(at), options).Length <= count),
                tokenizer.GetSuffixStart(text, count, options));
        }
    }

    [Fact]
    public void WithSpecialTokens_None_TakesEveryTextAsOrdinary()
    {
        BpeTokenizer tokenizer = Harmony.WithSpecialTokens([]);

        Assert.Empty(tokenizer.SpecialTokens);
        Assert.Equal(Harmony.Encode("<|end|>", EncodeOptions.Ordinary), tokenizer.Encode("<|end|>"));
        Assert.Equal(199_998, tokenizer.VocabularySize);
    }

    [Fact]
    public void WithSpecialTokens_AnyTable_SharesTheVocabularyAndWhatAThreadRemembers()
    {
        Assert.Equal(Harmony.Fingerprint, Tiktoken.Fingerprint);
        Assert.Equal(Harmony.RankFileSha256, Tiktoken.RankFileSha256);
        string text = string.Concat(Enumerable.Repeat("words that are remembered ", 400));
        Tiktoken.Count(text);
        BatchState state = BatchState.Rent(FrozenVocabulary.Embedded);
        BatchState.Return(state);
        Harmony.Count(text);
        Tiktoken.Count(text);
        Assert.Same(state, BatchState.Rent(FrozenVocabulary.Embedded));
        BatchState.Return(state);
    }

    [Theory]
    [InlineData("", 200_000, "empty name")]
    [InlineData(null, 200_000, "empty name")]
    [InlineData("x", -1, "ids must be 0 to")]
    [InlineData("x", int.MinValue, "ids must be 0 to")]
    [InlineData("x", int.MaxValue, "ids must be 0 to")]
    [InlineData("x", 0, "a ranked token's")]
    [InlineData("x", 199_997, "a ranked token's")]
    [InlineData("y", 200_001, "given twice, with the ids 200001 and 200005")]
    [InlineData("y", 200_005, "given twice, with the ids 200005 and 200005")]
    public void WithSpecialTokens_BadToken_IsRefusedByName(string? name, int id, string problem)
    {
        VocabularyException error = Assert.Throws<VocabularyException>(
            () => Harmony.WithSpecialTokens([new("a", 200_009), new("y", 200_005), new(name!, id), new("b", 199_998)]));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => Harmony.WithSpecialTokens(null!));
    }

    [Fact]
    public void WithSpecialTokens_NameThatIsNoTextOrTooLong_IsRefused()
    {
        Assert.Contains(
            "lone surrogate",
            Assert.Throws<VocabularyException>(() => Harmony.WithSpecialTokens([new("y\uDC00", 200_000)])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "at most 256",
            Assert.Throws<VocabularyException>(() => Harmony.WithSpecialTokens([new(new('y', 257), 200_000)])).Message,
            StringComparison.Ordinal);
        var longest = new string('y', 256);
        Assert.Equal(
            [200_000], Harmony.WithSpecialTokens([new(longest, 200_000)]).Encode(longest, EncodeOptions.AllSpecial));
    }

    [Fact]
    public void WithSpecialTokens_FirstAndLastPossibleId_AreTaken()
    {
        BpeTokenizer tokenizer = Harmony.WithSpecialTokens([new("<last>", int.MaxValue - 1), new("<first>", 199_998)]);

        Assert.Equal([199_998, int.MaxValue - 1], tokenizer.Encode("<first><last>", EncodeOptions.AllSpecial));
        Assert.Equal("<last><first>", tokenizer.Decode([int.MaxValue - 1, 199_998]));
        Assert.Equal(int.MaxValue, tokenizer.VocabularySize);
    }
}
