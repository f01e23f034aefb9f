using System.Text;
using Harmony.Bpe.Merging.LongPieces;
using Harmony.Bpe.Tests.Oracles;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Tests;

/// <summary>A megabyte of text that is hard on quadratic tokenizers is encoded in linear time, to the right
/// ids.</summary>
public sealed class WorstCaseTests
{
    private const int Length = 1_000_000;

    private static readonly BpeTokenizer Tokenizer = BpeTokenizer.O200kHarmony;

    /// <summary>One run that the pattern makes a single piece.</summary>
    [Theory]
    [InlineData("a")]
    [InlineData("ab")]
    [InlineData("A")]
    [InlineData(" ")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData(" \n")]
    [InlineData("^")]
    [InlineData("\u4F60")]
    [InlineData("\u0301")]
    [InlineData("aA")]
    [InlineData("\u00A0\n")]
    public void Encode_OneRun_EqualsTheHeapMergersIds(string unit)
    {
        string text = Repeated(unit);
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        List<int> ends = TextbookSplitter.Split(utf8);
        var expected = new List<int>();
        int start = 0;
        foreach (int end in ends)
        {
            expected.AddRange(Merged(utf8.AsSpan(start..end)));
            start = end;
        }

        AssertEncodes(text, utf8, expected);
    }

    /// <summary>Ids in a closed form: whole tokens of one letter, all of one length.</summary>
    [Theory]
    [InlineData('0', 3)]
    [InlineData('7', 3)]
    public void Encode_Digits_AreInGroupsOfThree(char digit, int group)
    {
        string text = new(digit, Length);
        int threes = TextbookMerge.O200k.RankOf(Encoding.ASCII.GetBytes(new string(digit, group)));
        List<int> expected = [.. Enumerable.Repeat(threes, Length / group)];
        expected.AddRange(TextbookMerge.O200k.Encode(Encoding.ASCII.GetBytes(new string(digit, Length % group))));

        AssertEncodes(text, Encoding.UTF8.GetBytes(text), expected);
    }

    [Theory]
    [InlineData("'")]
    [InlineData("a'")]
    [InlineData("\u02B0A")]
    [InlineData("A \u02B0")]
    [InlineData("\U0001F468\u200D")]
    [InlineData("x<|")]
    [InlineData("<|end|")]
    [InlineData("\u3000 \u00A0")]
    public void Encode_RepeatedUnit_EqualsTextbook(string unit)
    {
        string text = Repeated(unit);
        byte[] utf8 = Encoding.UTF8.GetBytes(text);

        AssertEncodes(text, utf8, ExpectedByPieces(utf8));
    }

    [Theory]
    [InlineData("abcdefghijklmnopqrstuvwxyz")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")]
    [InlineData("aA\u02B0\u0301 \n'1!")]
    [InlineData("\u4F60\u597D\u4E16\u754C\u6211\u4EEC\u5927\u5BB6")]
    public void Encode_RandomLetters_EqualsTheHeapMergersIds(string letters)
    {
        var random = new Random(1);
        string text = string.Concat(
            Enumerable.Range(0, Length / 3).Select(_ => letters[random.Next(letters.Length)]));
        byte[] utf8 = Encoding.UTF8.GetBytes(text);

        AssertEncodes(text, utf8, ExpectedByPieces(utf8));
    }

    [Fact]
    public void Encode_InvalidBytes_GivesThemBack()
    {
        byte[] utf8 = new byte[Length];
        Array.Fill(utf8, (byte)0xFF);

        int[] ids = Tokenizer.Encode(utf8);

        Assert.Equal(Merged(utf8), ids);
        Assert.Equal(utf8, Tokenizer.DecodeBytes(ids));
    }

    [Fact]
    public void Encode_ManySpecialTokens_FindsEach()
    {
        const int Repeats = 100_000;
        string text = string.Concat(Enumerable.Repeat("<|end|>", Repeats));

        Assert.Equal(Enumerable.Repeat(200_007, Repeats), Tokenizer.Encode(text, EncodeOptions.AllSpecial));
        Assert.Equal(Repeats, Tokenizer.Count(text, EncodeOptions.Allow("<|end|>")));
        Assert.Equal(0, Assert.Throws<SpecialTokenException>(() => Tokenizer.Encode(text)).Index);
    }

    /// <summary>Splits with the textbook, and merges pieces that are no tokens with the heap
    /// merger.</summary>
    private static List<int> ExpectedByPieces(byte[] utf8)
    {
        var expected = new List<int>();
        int start = 0;
        foreach (int end in TextbookSplitter.Split(utf8))
        {
            expected.AddRange(Merged(utf8.AsSpan(start..end)));
            start = end;
        }

        return expected;
    }

    private static int[] Merged(ReadOnlySpan<byte> piece)
    {
        int whole = TextbookMerge.O200k.RankOf(piece);
        if (whole >= 0)
        {
            return [whole];
        }

        var ids = new int[piece.Length];
        int count = HeapMerger.Merge(piece, FrozenVocabulary.Embedded.Merges, ids, starts: [], CancellationToken.None);
        return ids[..count];
    }

    private static void AssertEncodes(string text, byte[] utf8, List<int> expected)
    {
        Assert.True(Tokenizer.Encode(utf8).AsSpan().SequenceEqual(expected.ToArray()));
        Assert.True(Tokenizer.Encode(text).AsSpan().SequenceEqual(expected.ToArray()));
        Assert.Equal(expected.Count, Tokenizer.Count(utf8));
    }

    private static string Repeated(string unit) =>
        string.Concat(Enumerable.Repeat(unit, Length / Encoding.UTF8.GetByteCount(unit)));
}
