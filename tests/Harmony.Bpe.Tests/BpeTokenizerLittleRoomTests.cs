using System.Buffers;
using System.Text;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Tests.Oracles;

namespace Harmony.Bpe.Tests;

/// <summary>Calls that do not take all of a text refuse what is in the part that they take, and nothing
/// else.</summary>
public sealed class BpeTokenizerLittleRoomTests
{
    private static readonly BpeTokenizer Tokenizer = BpeTokenizer.O200kHarmony;
    private static readonly EncodeOptions Strict = EncodeOptions.Ordinary with { RejectInvalidUtf8 = true };

    public static IEnumerable<TheoryDataRow<int>> Seeds =>
        Enumerable.Range(1, 4).Select(static seed => new TheoryDataRow<int>(seed));

    /// <summary>What a call takes is what it takes if nothing is refused.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Encode_RefusedNamesAnywhere_AreRefusedOnlyInWhatACallConsumes(int seed)
    {
        var random = new Random(seed);
        var generator = new EdgeTextGenerator(seed);
        for (int i = 0; i < 60; i++)
        {
            string text = generator.NextText(runs: 4) + "<|end|>" + generator.NextText(runs: 4)
                + (random.Next(2) == 0 ? "<|start|>" : "<|en");
            byte[] utf8 = TextbookUtf8.Encode(text);
            int charIndex = FirstName(text);
            int byteIndex = TextbookUtf8.Encode(text[..charIndex]).Length;
            EncodeOptions[] all = [EncodeOptions.Default, EncodeOptions.Allow("<|message|>"), EncodeOptions.Default with { RejectInvalidUtf8 = true }];
            EncodeOptions options = all[i % 3];
            for (int room = 0; room < 60; room = room < 12 ? room + 1 : 2 * room)
            {
                foreach (bool isFinal in new[] { true, false })
                {
                    AssertChars(text, charIndex, room, isFinal, options);
                    AssertBytes(utf8, byteIndex, room, isFinal, options);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Encode_IllFormedBytesAnywhere_AreRefusedOnlyInWhatACallConsumes(int seed)
    {
        var generator = new EdgeTextGenerator(100 + seed);
        for (int i = 0; i < 100; i++)
        {
            byte[] utf8 = generator.NextUtf8(runs: 6);
            (int[] codePoints, int[] starts) = TextbookUtf8.Decode(utf8);
            int invalid = Array.IndexOf(codePoints, TextbookUtf8.Invalid);
            int index = invalid < 0 ? utf8.Length : starts[invalid];
            for (int room = 0; room < 60; room = room < 12 ? room + 1 : 2 * room)
            {
                int[] expected = new int[room];
                OperationStatus status = Tokenizer.Encode(
                    utf8, expected, out int consumed, out int written, EncodeOptions.Ordinary);
                int[] ids = [.. Enumerable.Repeat(-1, room)];
                if (consumed > index)
                {
                    Assert.Equal(index, Assert.Throws<InvalidUtf8Exception>(
                        () => Tokenizer.Encode(utf8, ids, out _, out _, Strict)).ByteOffset);
                    Assert.All(ids, static id => Assert.Equal(-1, id));
                    continue;
                }

                Assert.Equal(status, Tokenizer.Encode(utf8, ids, out int consumedNow, out int writtenNow, Strict));
                Assert.Equal((consumed, written), (consumedNow, writtenNow));
                Assert.Equal(expected[..written], ids[..written]);
                Assert.All(ids[written..], static id => Assert.Equal(-1, id));
            }
        }
    }

    /// <summary>Room for the first half of a name's ids: the next call would begin inside the name.</summary>
    [Theory]
    [InlineData("<|end|>", "<|")]
    [InlineData("<|end|>", "<|end")]
    [InlineData("<|reserved_201088|>", "<|")]
    [InlineData("<|reserved_201088|>", "<|reserved_201")]
    public void Encode_NameOfWhichOnlyTheBeginningFits_IsRefused(string name, string beginning)
    {
        int room = Tokenizer.Encode(beginning, EncodeOptions.Ordinary).Length;
        string text = name + string.Concat(Enumerable.Repeat(" and more", 1_000));
        Assert.InRange(
            Tokenizer.Encode(name, EncodeOptions.Ordinary).Length, room + 1, int.MaxValue);

        Assert.Throws<SpecialTokenException>(() => Tokenizer.Encode(text, new int[room], out _, out _));
        Assert.Throws<SpecialTokenException>(
            () => Tokenizer.Encode(Encoding.UTF8.GetBytes(text), new int[room], out _, out _));
        Assert.Throws<SpecialTokenException>(() => Tokenizer.GetPrefixLength(text, room));
    }

    [Fact]
    public void EveryMethodWithALimit_RefusedTextOutOfReach_IsNotLookedFor()
    {
        string text = string.Concat(Enumerable.Repeat("some words ", 5_000)) + "<|end|>"
            + string.Concat(Enumerable.Repeat("some words ", 5_000));
        byte[] utf8 = [.. Encoding.UTF8.GetBytes(text), 0xFF, .. Encoding.UTF8.GetBytes(text)];
        EncodeOptions refusing = EncodeOptions.Default with { RejectInvalidUtf8 = true };

        Assert.False(Tokenizer.IsWithin(text, 5));
        Assert.False(Tokenizer.IsWithin(utf8, 5, refusing));
        Assert.Equal("some words some words some".Length, Tokenizer.GetPrefixLength(text, 5));
        Assert.Equal("some words some words some".Length, Tokenizer.GetPrefixLength(utf8, 5, refusing));
        Assert.Equal(text.Length - " words some words ".Length, Tokenizer.GetSuffixStart(text, 4));
        Assert.Equal(utf8.Length - " words some words ".Length, Tokenizer.GetSuffixStart(utf8, 4, refusing));

        const int Enough = 40_000;
        Assert.Equal(55_000, Assert.Throws<SpecialTokenException>(() => Tokenizer.IsWithin(text, Enough)).Index);
        Assert.Equal(55_000, Assert.Throws<SpecialTokenException>(() => Tokenizer.IsWithin(utf8, Enough)).Index);
        Assert.Equal(55_000, Assert.Throws<SpecialTokenException>(() => Tokenizer.GetPrefixLength(text, Enough)).Index);
        Assert.Equal(55_000, Assert.Throws<SpecialTokenException>(() => Tokenizer.GetPrefixLength(utf8, Enough)).Index);
        Assert.Equal(55_000, Assert.Throws<SpecialTokenException>(() => Tokenizer.GetSuffixStart(text, Enough)).Index);
        EncodeOptions strict = EncodeOptions.Ordinary with { RejectInvalidUtf8 = true };
        int illFormed = text.Length;
        Assert.Equal(illFormed, Assert.Throws<InvalidUtf8Exception>(() => Tokenizer.IsWithin(utf8, Enough, strict)).ByteOffset);
        Assert.Equal(
            illFormed, Assert.Throws<InvalidUtf8Exception>(() => Tokenizer.GetPrefixLength(utf8, Enough, strict)).ByteOffset);
        Assert.Equal(
            illFormed, Assert.Throws<InvalidUtf8Exception>(() => Tokenizer.GetSuffixStart(utf8, Enough, strict)).ByteOffset);
        Assert.Equal(illFormed, Assert.Throws<InvalidUtf8Exception>(() => Tokenizer.ThrowIfRefused(utf8, strict)).ByteOffset);
    }

    /// <summary>A reach may end inside a character: neither is that ill-formed, nor does it hide what is.</summary>
    [Fact]
    public void EveryMethodWithALimit_ReachThatEndsInsideACharacter_IsExact()
    {
        for (int shift = 0; shift < 4; shift++)
        {
            byte[] utf8 = [.. new byte[shift], .. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("\u20AC\U0001F600", 300)))];
            for (int limit = 0; limit < 4; limit++)
            {
                Assert.False(Tokenizer.IsWithin(utf8, limit, Strict));
                Assert.Equal(
                    Tokenizer.GetPrefixLength(utf8, limit, EncodeOptions.Ordinary), Tokenizer.GetPrefixLength(utf8, limit, Strict));
                Assert.Equal(
                    Tokenizer.GetSuffixStart(utf8, limit, EncodeOptions.Ordinary), Tokenizer.GetSuffixStart(utf8, limit, Strict));
            }
        }
    }

    [Theory]
    [InlineData("61E2", 1)]
    [InlineData("61E282", 1)]
    [InlineData("6162F09F98", 2)]
    [InlineData("C3", 0)]
    public void EveryMethod_CharacterCutByTheTextsEnd_IsIllFormed(string hex, int offset)
    {
        byte[] utf8 = Convert.FromHexString(hex);
        Action[] calls =
        [
            () => Tokenizer.GetPrefixLength(utf8, 1, Strict), () => Tokenizer.GetPrefixLength(utf8, 9, Strict),
            () => Tokenizer.GetSuffixStart(utf8, 1, Strict), () => Tokenizer.GetSuffixStart(utf8, 9, Strict),
            () => Tokenizer.IsWithin(utf8, 1, Strict), () => Tokenizer.IsWithin(utf8, 9, Strict),
            () => Tokenizer.Count(utf8, Strict), () => Tokenizer.Encode(utf8, Strict),
            () => Tokenizer.EncodePooled(utf8, Strict).Dispose(),
            () => Tokenizer.EncodeWithOffsets(utf8, Strict), () => Tokenizer.ThrowIfRefused(utf8, Strict),
            () => Tokenizer.Encode(utf8, new ArrayBufferWriter<int>(), Strict),
            () => Tokenizer.Encode(utf8, new int[9], out _, out _, Strict),
            () => Tokenizer.EncodeBatch([utf8.AsMemory()], Strict),
            () => Tokenizer.EncodeBatchPooled([utf8.AsMemory()], Strict).Dispose(),
        ];

        Assert.All(calls, call => Assert.Equal(offset, Assert.Throws<InvalidUtf8Exception>(call).ByteOffset));
    }

    private static void AssertChars(string text, int index, int room, bool isFinal, EncodeOptions options)
    {
        int[] expected = new int[room];
        OperationStatus status = Tokenizer.Encode(
            text, expected, out int consumed, out int written, EncodeOptions.Ordinary, isFinal);
        int[] ids = [.. Enumerable.Repeat(-1, room)];
        if (consumed > index)
        {
            Assert.Equal(index, Assert.Throws<SpecialTokenException>(
                () => Tokenizer.Encode(text, ids, out _, out _, options, isFinal)).Index);
            Assert.All(ids, static id => Assert.Equal(-1, id));
            return;
        }

        OperationStatus statusNow = Tokenizer.Encode(text, ids, out int consumedNow, out int writtenNow, options, isFinal);
        if (isFinal)
        {
            Assert.Equal((status, consumed, written), (statusNow, consumedNow, writtenNow));
        }

        // A block may also end where a name could begin.
        Assert.InRange(consumedNow, 0, consumed);
        Assert.Equal(expected[..writtenNow], ids[..writtenNow]);
        Assert.All(ids[writtenNow..], static id => Assert.Equal(-1, id));
    }

    private static void AssertBytes(byte[] utf8, int index, int room, bool isFinal, EncodeOptions options)
    {
        int[] expected = new int[room];
        OperationStatus status = Tokenizer.Encode(
            utf8, expected, out int consumed, out int written, EncodeOptions.Ordinary, isFinal);
        int[] ids = [.. Enumerable.Repeat(-1, room)];
        if (consumed > index)
        {
            Assert.Equal(index, Assert.Throws<SpecialTokenException>(
                () => Tokenizer.Encode(utf8, ids, out _, out _, options, isFinal)).Index);
            Assert.All(ids, static id => Assert.Equal(-1, id));
            return;
        }

        OperationStatus statusNow = Tokenizer.Encode(utf8, ids, out int consumedNow, out int writtenNow, options, isFinal);
        if (isFinal)
        {
            Assert.Equal((status, consumed, written), (statusNow, consumedNow, writtenNow));
        }

        Assert.InRange(consumedNow, 0, consumed);
        Assert.Equal(expected[..writtenNow], ids[..writtenNow]);
        Assert.All(ids[writtenNow..], static id => Assert.Equal(-1, id));
    }

    private static int FirstName(string text) =>
        TextbookTokenizer.O200kHarmony.SpecialTokens.Keys
            .Select(name => text.IndexOf(name, StringComparison.Ordinal)).Where(static at => at >= 0).Min();
}
