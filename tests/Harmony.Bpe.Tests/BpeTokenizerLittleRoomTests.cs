using System.Buffers;
using System.Text;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Tests.Oracles;

namespace Harmony.Bpe.Tests;

/// <summary>Calls that consume part of a text refuse what is in that part, and nothing else.</summary>
public sealed class BpeTokenizerLittleRoomTests
{
    private static readonly BpeTokenizer Tokenizer = BpeTokenizer.O200kHarmony;
    private static readonly EncodeOptions Strict = EncodeOptions.Ordinary with { RejectInvalidUtf8 = true };

    public static IEnumerable<TheoryDataRow<int>> Seeds =>
        Enumerable.Range(1, 4).Select(static seed => new TheoryDataRow<int>(seed));

    /// <summary>A call consumes the same as if nothing were refused.</summary>
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

    /// <summary>Names that begin with the last characters of a piece, so that the next call begins inside
    /// them.</summary>
    [Theory]
    [InlineData("b c")]
    [InlineData("ab c d")]
    [InlineData("d, e", "c")]
    [InlineData("\u20AC ", "z")]
    public void Encode_NamesOfAnyKind_AreRefusedOnlyInWhatACallConsumes(params string[] names)
    {
        BpeTokenizer tokenizer = Tokenizer.WithSpecialTokens(names.Select(static (name, i) => new SpecialToken(name, 300_000 + i)));
        string text = "x xx ab c d, e ab\u20AC c z" + string.Concat(Enumerable.Repeat(" x", 500));
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        int index = names.Select(name => text.IndexOf(name, StringComparison.Ordinal)).Where(static at => at >= 0).Min();
        int byteIndex = Encoding.UTF8.GetByteCount(text.AsSpan(0, index));
        for (int room = 0; room < 20; room++)
        {
            var ids = new int[room];
            tokenizer.Encode(text, ids, out int chars, out _, EncodeOptions.Ordinary);
            tokenizer.Encode(utf8, ids, out int bytes, out _, EncodeOptions.Ordinary);
            Assert.Equal(
                chars > index ? index : null,
                (Record.Exception(() => tokenizer.Encode(text, ids, out _, out _)) as SpecialTokenException)?.Index);
            Assert.Equal(
                bytes > byteIndex ? byteIndex : null,
                (Record.Exception(() => tokenizer.Encode(utf8, ids, out _, out _)) as SpecialTokenException)?.Index);
        }
    }

    /// <summary>Names across the ends of the stretches in which a text is searched and encoded.</summary>
    [Theory]
    [InlineData(8 * 1024)]
    [InlineData(64 * 1024)]
    [InlineData(72 * 1024)]
    [InlineData(128 * 1024)]
    public void Encode_NameAcrossAStretchsEnd_IsFound(int end)
    {
        string words = string.Concat(Enumerable.Repeat("word ", end / 5 + 4));
        for (int start = end - 9; start <= end + 2; start++)
        {
            string text = words[..start] + "<|end|>" + words[..100];
            byte[] utf8 = Encoding.UTF8.GetBytes(text);
            int[] expected =
            [
                .. Tokenizer.Encode(words.AsSpan(0, start), EncodeOptions.Ordinary), 200007,
                .. Tokenizer.Encode(words.AsSpan(0, 100), EncodeOptions.Ordinary),
            ];

            Assert.Equal(start, Assert.Throws<SpecialTokenException>(() => Tokenizer.Count(text)).Index);
            Assert.Equal(start, Assert.Throws<SpecialTokenException>(() => Tokenizer.Count(utf8)).Index);
            Assert.Equal(expected, Tokenizer.Encode(text, EncodeOptions.AllSpecial));
            Assert.Equal(expected, Tokenizer.Encode(utf8, EncodeOptions.AllSpecial));
        }
    }

    [Theory]
    [InlineData(8 * 1024)]
    [InlineData(64 * 1024)]
    [InlineData(128 * 1024)]
    public void Encode_TextThatEndsNearAStretchsEnd_IsEncodedToItsEnd(int end)
    {
        string words = string.Concat(Enumerable.Repeat("word, \u20AC ", end / 8 + 4));
        int[] all = Tokenizer.Encode(Encoding.UTF8.GetBytes(words));
        for (int length = end - 3; length <= end + 3; length++)
        {
            string text = words[..length];
            byte[] utf8 = Encoding.UTF8.GetBytes(text);
            int[] expected = Tokenizer.Encode(utf8, EncodeOptions.Ordinary);

            Assert.Equal(utf8, Tokenizer.DecodeBytes(expected));
            Assert.Equal(all[..(expected.Length - 3)], expected[..^3]);
            Assert.Equal(expected, Tokenizer.Encode(text, EncodeOptions.Ordinary));
            Assert.Equal(expected, Tokenizer.Encode(text, EncodeOptions.AllSpecial));
            Assert.Equal(expected, Tokenizer.Encode(utf8, EncodeOptions.AllSpecial));
        }
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

    /// <summary>Only the text that the limit and one id more can reach is checked.</summary>
    [Fact]
    public void EveryMethodWithALimit_RefusedTextJustInReach_IsRefused()
    {
        foreach (int limit in new[] { 0, 1, 7 })
        {
            int reach = (limit + 1) * Tokenizer.MaxTokenLength;
            string near = new string('\uE123', reach - 1) + "<|end|>";
            string far = new string('\uE123', reach) + "<|end|>";
            Assert.Equal(reach - 1, Assert.Throws<SpecialTokenException>(() => Tokenizer.IsWithin(near, limit)).Index);
            Assert.Equal(reach - 1, Assert.Throws<SpecialTokenException>(() => Tokenizer.GetPrefixLength(near, limit)).Index);
            Assert.False(Tokenizer.IsWithin(far, limit));
            Assert.InRange(Tokenizer.GetPrefixLength(far, limit), 0, limit);

            string nearTheEnd = "<|end|>" + new string('\uE123', reach - 7);
            string farFromTheEnd = "<|end|>" + new string('\uE123', reach - 6);
            Assert.Equal(0, Assert.Throws<SpecialTokenException>(() => Tokenizer.GetSuffixStart(nearTheEnd, limit)).Index);
            Assert.InRange(Tokenizer.GetSuffixStart(farFromTheEnd, limit), farFromTheEnd.Length - limit, farFromTheEnd.Length);
        }
    }

    /// <summary>The checked part may end inside a character. That is not malformed, and does not hide
    /// malformed bytes.</summary>
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
