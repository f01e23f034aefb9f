using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Tests.Oracles;

namespace Harmony.Bpe.Tests;

public sealed class BpeTokenizerOffsetsTests
{
    private static readonly BpeTokenizer Tokenizer = BpeTokenizer.O200kHarmony;

    public static IEnumerable<TheoryDataRow<int>> Seeds =>
        Enumerable.Range(1, 4).Select(static seed => new TheoryDataRow<int>(seed));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void EncodeWithOffsets_RandomUtf8_TilesTheTextWithTheTokensBytes(int seed)
    {
        var generator = new EdgeTextGenerator(seed);
        for (int i = 0; i < 500; i++)
        {
            byte[] utf8 = generator.NextUtf8(runs: 12);
            TokenRange[] tokens = Tokenizer.EncodeWithOffsets(utf8, EncodeOptions.Ordinary);

            Assert.Equal(Tokenizer.Encode(utf8, EncodeOptions.Ordinary), tokens.Select(static token => token.Id));
            AssertTiles(tokens, utf8);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void EncodeWithOffsets_RandomText_TilesTheTextInChars(int seed)
    {
        var generator = new EdgeTextGenerator(seed);
        for (int i = 0; i < 500; i++)
        {
            string text = generator.NextText(runs: 12);
            TokenRange[] tokens = Tokenizer.EncodeWithOffsets(text, EncodeOptions.Ordinary);

            Assert.Equal(Tokenizer.Encode(text, EncodeOptions.Ordinary), tokens.Select(static token => token.Id));
            AssertTiles(tokens, TextbookUtf8.Encode(text));
            Assert.Equal(text.Length, tokens.Sum(static token => token.CharLength));
        }
    }

    [Fact]
    public void EncodeWithOffsets_CharacterOfManyTokens_BelongsToTheFirst()
    {
        // A rare letter beyond the BMP: several tokens, two chars.
        TokenRange[] tokens = Tokenizer.EncodeWithOffsets("\U0001E900");

        Assert.True(tokens.Length > 1);
        Assert.Equal(2, tokens[0].CharLength);
        Assert.All(tokens.Skip(1), static token => Assert.Equal((2, 0), (token.CharStart, token.CharLength)));
    }

    [Fact]
    public void EncodeWithOffsets_SpecialTokens_HaveTheirNamesRanges()
    {
        TokenRange[] tokens = Tokenizer.EncodeWithOffsets("\u20AC<|end|>", EncodeOptions.AllSpecial);

        Assert.Equal(new TokenRange(200007, 3, 7, 1, 7), tokens[^1]);
        SpecialTokenException refused = Assert.Throws<SpecialTokenException>(
            () => Tokenizer.EncodeWithOffsets("\u20AC<|end|>"));
        Assert.Equal(1, refused.Index);
        refused = Assert.Throws<SpecialTokenException>(() => Tokenizer.EncodeWithOffsets("\u20AC<|end|>"u8));
        Assert.Equal(3, refused.Index);
    }

    [Fact]
    public void EncodeWithOffsets_EmptyText_GivesNothing() => Assert.Empty(Tokenizer.EncodeWithOffsets(""));

    /// <summary>Every byte belongs to a token; every character belongs to the token with its first
    /// byte.</summary>
    private static void AssertTiles(TokenRange[] tokens, byte[] utf8)
    {
        int[] charsBefore = CharsBeginningBefore(utf8);
        int bytes = 0;
        int chars = 0;
        foreach (TokenRange token in tokens)
        {
            Assert.Equal((bytes, chars), (token.ByteStart, token.CharStart));
            Assert.True(token.ByteLength > 0 && token.CharLength >= 0);
            Assert.True(
                utf8.AsSpan(token.ByteStart, token.ByteLength).SequenceEqual(Tokenizer.GetTokenBytes(token.Id)));
            bytes += token.ByteLength;
            chars += token.CharLength;
            Assert.Equal(charsBefore[bytes], chars);
        }

        Assert.Equal(utf8.Length, bytes);
    }

    /// <summary>For every position: the number of chars of the characters that start before it.</summary>
    private static int[] CharsBeginningBefore(byte[] utf8)
    {
        var before = new int[utf8.Length + 1];
        for (int at = 0; at < utf8.Length;)
        {
            // A character, or a malformed sequence: the most bytes that decode to one rune.
            int length = 1;
            while (at + length < utf8.Length && length < 4
                && TextbookUtf8.DecodeLossily(utf8.AsSpan(at, length + 1)).EnumerateRunes().Count() == 1)
            {
                length++;
            }

            int chars = before[at] + TextbookUtf8.DecodeLossily(utf8.AsSpan(at, length)).Length;
            before.AsSpan(at + 1, length).Fill(chars);
            at += length;
        }

        return before;
    }
}
