using System.Buffers;
using System.Text;
using Harmony.Bpe.Tests.Oracles;

namespace Harmony.Bpe.Tests;

public sealed class BpeTokenizerDecodeTests
{
    private static readonly BpeTokenizer Tokenizer = BpeTokenizer.O200kHarmony;

    [Fact]
    public void GetTokenBytes_EveryRankedId_GivesTheRankFilesBytes()
    {
        IReadOnlyList<byte[]> tokens = TextbookMerge.O200kTokens;
        Assert.Equal(tokens.Count, Tokenizer.RankedTokenCount);
        for (int id = 0; id < tokens.Count; id++)
        {
            Assert.True(Tokenizer.GetTokenBytes(id).SequenceEqual(tokens[id]), $"id {id}");
            Assert.True(Tokenizer.TryGetId(tokens[id], out int found) && found == id, $"bytes of id {id}");
            Assert.False(Tokenizer.IsSpecial(id));
        }

        Assert.Equal(tokens.Max(static token => token.Length), Tokenizer.MaxTokenLength);
    }

    [Fact]
    public void GetTokenBytes_EverySpecialId_GivesTheName()
    {
        IReadOnlyDictionary<string, int> specials = TextbookTokenizer.O200kHarmony.SpecialTokens;
        Assert.Equal(1091, specials.Count);
        Assert.Equal(specials.Count, Tokenizer.SpecialTokens.Count);
        foreach ((string name, int id) in specials)
        {
            Assert.Equal(name, Encoding.UTF8.GetString(Tokenizer.GetTokenBytes(id)));
            Assert.Equal(name, Tokenizer.Decode([id]));
            Assert.True(Tokenizer.IsSpecial(id));
            Assert.True(Tokenizer.TryGetId(Encoding.UTF8.GetBytes(name), out int found));
            Assert.Equal(id, found);
            Assert.True(Tokenizer.SpecialTokens.TryGetId(name, out found));
            Assert.Equal(id, found);
            Assert.True(Tokenizer.SpecialTokens.TryGetName(id, out string? foundName));
            Assert.Equal(name, foundName);
        }

        Assert.Equal(specials.Values.Order(), Tokenizer.SpecialTokens.Select(static token => token.Id));
        Assert.Equal((201_089, 199_999), (Tokenizer.VocabularySize, Tokenizer.EndOfTextId));
    }

    [Theory]
    [InlineData(201_089)]
    [InlineData(300_000)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void Decode_UnknownId_NamesItAndItsIndex(int id)
    {
        int[] ids = [1, 2, id, 3];
        var writer = new ArrayBufferWriter<byte>();
        Action[] calls =
        [
            () => Tokenizer.Decode(ids), () => Tokenizer.DecodeStrict(ids), () => Tokenizer.DecodeBytes(ids),
            () => Tokenizer.GetDecodedLength(ids), () => Tokenizer.Decode(ids, writer),
        ];

        Assert.All(calls, call =>
        {
            UnknownTokenException error = Assert.Throws<UnknownTokenException>(call);
            Assert.Equal((id, 2), (error.Id, error.Index));
            Assert.Contains($"Invalid token for decoding: {id}", error.Message, StringComparison.Ordinal);
            Assert.Contains("index 2", error.Message, StringComparison.Ordinal);
        });
        Assert.Equal(0, writer.WrittenCount);
        Assert.Equal(
            OperationStatus.InvalidData, Tokenizer.Decode(ids, new byte[100], out int consumed, out int written));
        Assert.Equal((2, 2), (consumed, written));
        Assert.Equal(id, Assert.Throws<UnknownTokenException>(() => Tokenizer.GetTokenBytes(id)).Id);
        Assert.False(Tokenizer.TryGetTokenBytes(id, out ReadOnlySpan<byte> bytes));
        Assert.True(bytes.IsEmpty);
        Assert.False(Tokenizer.IsSpecial(id));
    }

    [Fact]
    public void Decode_SmallDestination_ContinuesWhereItStopped()
    {
        byte[] expected = Encoding.UTF8.GetBytes("Some words, \u4F60\u597D and more internationalization.");
        int[] ids = Tokenizer.Encode(expected);
        for (int size = 0; size <= expected.Length; size++)
        {
            var bytes = new List<byte>();
            var destination = new byte[size];
            ReadOnlySpan<int> rest = ids;
            while (!rest.IsEmpty)
            {
                OperationStatus status = Tokenizer.Decode(rest, destination, out int consumed, out int written);
                bytes.AddRange(destination.AsSpan(0, written));
                rest = rest[consumed..];
                Assert.Equal(rest.IsEmpty ? OperationStatus.Done : OperationStatus.DestinationTooSmall, status);
                if (consumed == 0)
                {
                    Assert.True(Tokenizer.GetTokenBytes(rest[0]).Length > size);
                    destination = new byte[destination.Length + 1];
                }
            }

            Assert.Equal(expected, bytes);
        }
    }

    [Fact]
    public void Decode_IllFormedBytes_GivesOneReplacementPerMaximalPart()
    {
        byte[] utf8 = Convert.FromHexString("61F09F98E28262FFC3EDA08063F4908080E0");
        int[] ids = Tokenizer.Encode(utf8);

        Assert.Equal(TextbookUtf8.DecodeLossily(utf8), Tokenizer.Decode(ids));
        Assert.Equal(1, Assert.Throws<InvalidUtf8Exception>(() => Tokenizer.DecodeStrict(ids)).ByteOffset);
        Assert.Equal(utf8, Tokenizer.DecodeBytes(ids));
    }

    [Fact]
    public void TryGetId_NoToken_IsFalse()
    {
        Assert.False(Tokenizer.TryGetId(default, out _));
        Assert.False(Tokenizer.TryGetId("a\0"u8, out _));
        Assert.False(Tokenizer.TryGetId(new byte[4000], out _));
        Assert.False(Tokenizer.TryGetId("<|reserved_201089|>"u8, out _));
        Assert.False(Tokenizer.SpecialTokens.TryGetId(new string('<', 500), out _));
        Assert.False(Tokenizer.SpecialTokens.TryGetId("", out _));
        Assert.False(Tokenizer.SpecialTokens.TryGetName(0, out _));
    }

    [Fact]
    public void SpecialTokensTryGetId_LoneSurrogate_IsNotTheReplacementCharacter()
    {
        SpecialTokens tokens = Tokenizer.WithSpecialTokens([new("\uFFFD", 300_000)]).SpecialTokens;

        Assert.True(tokens.TryGetId("\uFFFD", out int id));
        Assert.Equal(300_000, id);
        Assert.False(tokens.TryGetId("\uD800", out id));
        Assert.Equal(0, id);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1091)]
    public void SpecialTokens_IndexThatIsNone_IsRefusedByItsValue(int index) =>
        Assert.Equal(index, Assert.Throws<ArgumentOutOfRangeException>(
            nameof(index), () => Tokenizer.SpecialTokens[index]).ActualValue);

    [Fact]
    public void Decode_NullWriter_IsRefused() =>
        Assert.Throws<ArgumentNullException>(() => Tokenizer.Decode([1], null!));
}
