using System.Buffers;
using System.Text;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe.Tests.Oracles;

namespace Harmony.Bpe.Tests;

/// <summary>Every option through every overload.</summary>
public sealed class BpeTokenizerOverloadTests
{
    private const string Text = "Say <|end|> twice:\u20AC<|start|><|end|> done.";

    private static readonly BpeTokenizer Tokenizer = BpeTokenizer.O200kHarmony;

    private delegate int[] Overload(string text, EncodeOptions? options);

    /// <summary>Each gives the ids, or as many zeros.</summary>
    private static readonly (string Name, bool Counts, Overload Call)[] Overloads =
    [
        ("Encode chars", false, static (text, options) => Tokenizer.Encode(text, options)),
        ("Encode bytes", false, static (text, options) => Tokenizer.Encode(Utf8(text).Span, options)),
        ("EncodePooled chars", false, static (text, options) => ToArray(Tokenizer.EncodePooled(text, options))),
        ("EncodePooled bytes", false, static (text, options) => ToArray(Tokenizer.EncodePooled(Utf8(text).Span, options))),
        ("Encode chars, writer", false, static (text, options) =>
        {
            var writer = new ArrayBufferWriter<int>();
            Assert.Equal(Tokenizer.Encode(text, writer, options), writer.WrittenCount);
            return writer.WrittenSpan.ToArray();
        }),
        ("Encode bytes, writer", false, static (text, options) =>
        {
            var writer = new ArrayBufferWriter<int>();
            Assert.Equal(Tokenizer.Encode(Utf8(text).Span, writer, options), writer.WrittenCount);
            return writer.WrittenSpan.ToArray();
        }),
        ("Encode chars, span", false, static (text, options) =>
        {
            var ids = new int[100];
            Assert.Equal(OperationStatus.Done, Tokenizer.Encode(text, ids, out int consumed, out int written, options));
            Assert.Equal(text.Length, consumed);
            return ids[..written];
        }),
        ("Encode bytes, span", false, static (text, options) =>
        {
            var ids = new int[100];
            Assert.Equal(
                OperationStatus.Done, Tokenizer.Encode(Utf8(text).Span, ids, out int consumed, out int written, options));
            Assert.Equal(Utf8(text).Length, consumed);
            return ids[..written];
        }),
        ("EncodeWithOffsets chars", false, static (text, options) =>
            [.. Tokenizer.EncodeWithOffsets(text, options).Select(static token => token.Id)]),
        ("EncodeWithOffsets bytes", false, static (text, options) =>
            [.. Tokenizer.EncodeWithOffsets(Utf8(text).Span, options).Select(static token => token.Id)]),
        ("EncodeBatch chars", false, static (text, options) => Tokenizer.EncodeBatch(["x", text], options)[1]),
        ("EncodeBatch bytes", false, static (text, options) => Tokenizer.EncodeBatch([Utf8(text)], options)[0]),
        ("EncodeBatchPooled chars", false, static (text, options) =>
        {
            using EncodedBatch batch = Tokenizer.EncodeBatchPooled(["x", text], options);
            return batch[1].ToArray();
        }),
        ("EncodeBatchPooled bytes", false, static (text, options) =>
        {
            using EncodedBatch batch = Tokenizer.EncodeBatchPooled([Utf8("x"), Utf8(text)], options);
            return batch[1].ToArray();
        }),
        ("Count chars", true, static (text, options) => new int[Tokenizer.Count(text, options)]),
        ("Count bytes", true, static (text, options) => new int[Tokenizer.Count(Utf8(text).Span, options)]),
        ("CountBatch", true, static (text, options) => new int[Tokenizer.CountBatch(["x", text], options)[1]]),
        ("IsWithin chars", true, static (text, options) =>
            new int[Enumerable.Range(0, 99).First(limit => Tokenizer.IsWithin(text, limit, options))]),
        ("IsWithin bytes", true, static (text, options) =>
            new int[Enumerable.Range(0, 99).First(limit => Tokenizer.IsWithin(Utf8(text).Span, limit, options))]),
        ("GetPrefixLength chars", true, static (text, options) =>
            new int[Enumerable.Range(0, 99).First(limit => Tokenizer.GetPrefixLength(text, limit, options) == text.Length)]),
        ("GetPrefixLength bytes", true, static (text, options) => new int[Enumerable.Range(0, 99).First(
            limit => Tokenizer.GetPrefixLength(Utf8(text).Span, limit, options) == Utf8(text).Length)]),
        ("GetSuffixStart chars", true, static (text, options) =>
            new int[Enumerable.Range(0, 99).First(limit => Tokenizer.GetSuffixStart(text, limit, options) == 0)]),
        ("GetSuffixStart bytes", true, static (text, options) =>
            new int[Enumerable.Range(0, 99).First(limit => Tokenizer.GetSuffixStart(Utf8(text).Span, limit, options) == 0)]),
    ];

    public static IEnumerable<TheoryDataRow<string>> Names =>
        Overloads.Select(static overload => new TheoryDataRow<string>(overload.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryOverload_OptionsThatRefuseNothing_GivesTheTextbooksIds(string name)
    {
        AssertIds(name, EncodeOptions.Ordinary, []);
        AssertIds(name, EncodeOptions.AllSpecial, ["<|end|>", "<|start|>"]);
        AssertIds(name, EncodeOptions.Allow("<|end|>", "<|start|>"), ["<|end|>", "<|start|>"]);
        AssertIds(name, EncodeOptions.Allow("<|end|>") with { OtherSpecial = SpecialTextHandling.Ordinary }, ["<|end|>"]);
        AssertIds(name, EncodeOptions.Ordinary with { RejectInvalidUtf8 = true }, []);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryOverload_OptionsThatRefuseNames_RefusesTheFirst(string name)
    {
        bool isBytes = name.Contains("bytes", StringComparison.Ordinal);
        AssertRefused(name, null, "<|end|>", 4);
        AssertRefused(name, EncodeOptions.Default, "<|end|>", 4);
        AssertRefused(name, EncodeOptions.Allow("<|message|>"), "<|end|>", 4);
        AssertRefused(name, EncodeOptions.Allow("<|end|>"), "<|start|>", isBytes ? 21 : 19);
    }

    private static void AssertIds(string name, EncodeOptions options, string[] allowed)
    {
        (_, bool counts, Overload call) = Overloads.First(overload => overload.Name == name);
        int[] expected = [.. TextbookTokenizer.O200kHarmony.Encode(Utf8(Text).Span, allowed.ToHashSet())];
        Assert.Equal(counts ? new int[expected.Length] : expected, call(Text, options));
    }

    private static void AssertRefused(string name, EncodeOptions? options, string refused, int index)
    {
        Overload call = Overloads.First(overload => overload.Name == name).Call;
        SpecialTokenException error = Assert.Throws<SpecialTokenException>(() => call(Text, options));
        Assert.Equal((refused, index), (error.Name, error.Index));
    }

    private static ReadOnlyMemory<byte> Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static int[] ToArray(MemoryOwner<int> owner)
    {
        using (owner)
        {
            return owner.Span.ToArray();
        }
    }
}
