using System.Buffers;
using System.Runtime.InteropServices;
using Harmony.Bpe.Calls;
using Harmony.Bpe.Engine;
using Harmony.Bpe.Specials;
using Harmony.Bpe.Tests.Oracles;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Tests;

/// <summary>Texts that are too long, mostly for limits that are smaller than the real ones.</summary>
public sealed class LengthLimitTests
{
    private static readonly SpecialTokenFinder Finder = new(FrozenVocabulary.Embedded.OpenSpecialTokens(1));

    [Theory]
    [InlineData("a", 3_000)]
    [InlineData("\u20AC", 1_000)]
    [InlineData("\uD83D\uDE00", 750)]
    public void Utf16Encode_PieceOfMoreUtf8ThanABufferHolds_IsRefusedAndOthersAreNot(string unit, int units)
    {
        // The buffer has 3,002 bytes. A piece that fills it could continue after it, and so could one that
        // leaves no room for a char of three bytes.
        const int MaxBufferLength = 3_002;
        string fits = string.Concat(Enumerable.Repeat(unit, units - 8)) + " 1";
        string tooLong = string.Concat(Enumerable.Repeat(unit, units + 2)) + " 1";

        AssertIds(fits, MaxBufferLength);
        AssertIds("some words and " + fits + fits + fits, MaxBufferLength);
        OverflowException error = Assert.Throws<OverflowException>(() => Encode(tooLong, MaxBufferLength));
        Assert.Contains("3002 bytes", error.Message, StringComparison.Ordinal);
        Assert.Throws<OverflowException>(() => Encode("some words and " + tooLong, MaxBufferLength));
        Assert.Throws<OverflowException>(() => Encode(tooLong, MaxBufferLength, isFinal: false));
    }

    [Fact]
    public void Utf16Encode_LastPieceThatJustFits_IsEncoded()
    {
        for (int length = 2_900; length <= 3_000; length += 10)
        {
            AssertIds(new string('a', length), maxBufferLength: 3_002);
            AssertIds("x " + new string('a', length - 2), maxBufferLength: 3_002);
        }
    }

    [Fact]
    public void CountSink_LimitReached_StopsAndDoesNotCount()
    {
        var sink = new CountSink(5);
        Assert.True(sink.TryAdd(new int[3]));
        Assert.False(sink.TryAdd(new int[3]));
        Assert.True(sink.TryAdd(new int[2]));
        Assert.False(sink.TryAdd(1));
        Assert.True(sink.TryAdd([]));
        Assert.Equal(5, sink.Count);

        // The most there can be, of tokens whose lengths would overflow together.
        var most = new CountSink(int.MaxValue);
        ReadOnlySpan<int> many = MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(new int[1]), int.MaxValue);
        Assert.True(most.TryAdd(many));
        Assert.False(most.TryAdd(many));
        Assert.False(most.TryAdd(0));
        Assert.Equal(int.MaxValue, most.Count);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    public void ThrowIfPieceExceedsArray_Limits_AreThoseOfArrays(int perByte, int divisor)
    {
        int most = Array.MaxLength / divisor;
        TooLong.ThrowIfPieceExceedsArray(most, perByte);
        OverflowException error = Assert.Throws<OverflowException>(() => TooLong.ThrowIfPieceExceedsArray(most + 1, perByte));
        Assert.Contains($"{most} bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GetDecodedLength_MoreThanAnIntCounts_IsRefusedWithTheLimit()
    {
        BpeTokenizer tokenizer = BpeTokenizer.O200kHarmony;
        int longest = Enumerable.Range(0, tokenizer.RankedTokenCount).MaxBy(id => tokenizer.GetTokenBytes(id).Length);
        int[] ids = new int[int.MaxValue / tokenizer.MaxTokenLength + 1];
        Array.Fill(ids, longest);
        var writer = new ArrayBufferWriter<byte>();

        Assert.Equal(
            (ids.Length - 1) * tokenizer.MaxTokenLength, tokenizer.GetDecodedLength(ids.AsSpan(1)));

        // int.MaxValue bytes are more than an array holds.
        Assert.True(tokenizer.TryGetId("a"u8, out int letter));
        int[] most = [.. ids[1..], .. Enumerable.Repeat(letter, int.MaxValue % tokenizer.MaxTokenLength)];
        Assert.Equal(int.MaxValue, tokenizer.GetDecodedLength(most));
        Assert.Contains(
            $"{Array.MaxLength} bytes", Assert.Throws<OverflowException>(() => tokenizer.DecodeBytes(most)).Message, StringComparison.Ordinal);
        Assert.Throws<OverflowException>(() => tokenizer.Decode(most));
        Action[] calls =
        [
            () => tokenizer.GetDecodedLength(ids), () => tokenizer.DecodeBytes(ids), () => tokenizer.Decode(ids),
            () => tokenizer.DecodeStrict(ids), () => tokenizer.Decode(ids, writer),
        ];
        Assert.All(calls, static call => Assert.Contains(
            "2147483647 bytes", Assert.Throws<OverflowException>(call).Message, StringComparison.Ordinal));
        Assert.Equal(0, writer.WrittenCount);
    }

    private static void AssertIds(string text, int maxBufferLength) =>
        Assert.Equal(TextbookTokenizer.O200kHarmony.Encode(TextbookUtf8.Encode(text)), Encode(text, maxBufferLength));

    private static List<int> Encode(string text, int maxBufferLength, bool isFinal = true)
    {
        var ids = new int[3 * text.Length];
        var sink = new SpanSink(ids);
        Utf16Encoder.Encode(
            BpeTokenizer.O200kHarmony.ContextOf(EncodeOptions.Ordinary, isFinal, CancellationToken.None),
            text,
            ref sink,
            out int consumed,
            maxBufferLength);
        Assert.True(!isFinal || consumed == text.Length);
        return [.. ids[..sink.Written]];
    }
}
