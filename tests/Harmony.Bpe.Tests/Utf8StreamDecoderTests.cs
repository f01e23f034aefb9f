using System.Text;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Tests.Oracles;

namespace Harmony.Bpe.Tests;

public sealed class Utf8StreamDecoderTests
{
    private static readonly BpeTokenizer Tokenizer = BpeTokenizer.O200kHarmony;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Append_RandomText_PiecesAreCompleteAndJoinToDecode(int seed)
    {
        var generator = new EdgeTextGenerator(seed);
        var decoder = new Utf8StreamDecoder(Tokenizer);
        for (int i = 0; i < 500; i++)
        {
            byte[] utf8 = generator.NextUtf8(runs: 10);

            // Ids that merging would not give, so that characters are cut in every place.
            int[] ids = i % 2 == 0 ? Tokenizer.Encode(utf8, EncodeOptions.Ordinary) : [.. utf8.Select(IdOfByte)];
            Assert.Equal(TextbookUtf8.DecodeLossily(utf8), Streamed(decoder, ids));
        }
    }

    [Fact]
    public void Append_EveryIdAlone_GivesWhatDecodeGives()
    {
        var decoder = new Utf8StreamDecoder(Tokenizer);
        for (int id = 0; id < Tokenizer.VocabularySize; id += 7)
        {
            Assert.Equal(Tokenizer.Decode([id]), Streamed(decoder, [id]));
        }
    }

    [Fact]
    public void Append_CharacterInFourParts_WaitsForTheLast()
    {
        var decoder = new Utf8StreamDecoder(Tokenizer);
        byte[] utf8 = Encoding.UTF8.GetBytes("\U0001F9FF");
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("", decoder.AppendText(IdOfByte(utf8[i])));
            Assert.Equal(i + 1, decoder.PendingBytes);
        }

        Assert.Equal("\U0001F9FF", decoder.AppendText(IdOfByte(utf8[3])));
        Assert.Equal(0, decoder.PendingBytes);
        Assert.True(decoder.Flush().IsEmpty);
    }

    [Fact]
    public void Append_UnknownId_LeavesTheStreamAsItWas()
    {
        var decoder = new Utf8StreamDecoder(Tokenizer);
        decoder.Append(IdOfByte(0xE2));
        decoder.Append(IdOfByte(0x82));

        Assert.Throws<UnknownTokenException>(() => decoder.AppendText(201_089));

        Assert.Equal(2, decoder.PendingBytes);
        Assert.Equal("\u20AC", decoder.AppendText(IdOfByte(0xAC)));
    }

    [Fact]
    public void Flush_IncompleteCharacter_GivesOneReplacementAndStartsAnew()
    {
        var decoder = new Utf8StreamDecoder(Tokenizer);
        decoder.Append(IdOfByte(0xF0));
        decoder.Append(IdOfByte(0x9F));

        Assert.Equal("\uFFFD", Encoding.UTF8.GetString(decoder.Flush()));
        Assert.Equal(0, decoder.PendingBytes);
        Assert.Equal("a", decoder.AppendText(IdOfByte((byte)'a')));
    }

    [Fact]
    public void Reset_IncompleteCharacter_ForgetsIt()
    {
        var decoder = new Utf8StreamDecoder(Tokenizer);
        decoder.Append(IdOfByte(0xE2));

        decoder.Reset();

        Assert.Equal(0, decoder.PendingBytes);
        Assert.Equal("a", decoder.AppendText(IdOfByte((byte)'a')));
    }

    [Fact]
    public void Constructor_NoTokenizer_IsRefused() =>
        Assert.Throws<ArgumentNullException>(() => new Utf8StreamDecoder(null!));

    private static int IdOfByte(byte value) => TextbookMerge.O200k.RankOf([value]);

    private static string Streamed(Utf8StreamDecoder decoder, int[] ids)
    {
        var utf8 = new List<byte>();
        foreach (int id in ids)
        {
            ReadOnlySpan<byte> complete = decoder.Append(id);
            Assert.True(System.Text.Unicode.Utf8.IsValid(complete));
            utf8.AddRange(complete);
        }

        utf8.AddRange(decoder.Flush());
        return Encoding.UTF8.GetString([.. utf8]);
    }

    /// <summary>Up to three bytes wait when a token comes that fills the decoder's first buffer or does not
    /// fit.</summary>
    [Fact]
    public void Append_LongTokenAfterAnIncompleteCharacter_GivesBoth()
    {
        for (int length = 250; length <= 256; length++)
        {
            var name = new string('n', length);
            BpeTokenizer tokenizer = BpeTokenizer.O200kHarmony.WithSpecialTokens([new(name, 200_000)]);
            for (int waiting = 0; waiting <= 3; waiting++)
            {
                var decoder = new Utf8StreamDecoder(tokenizer);
                foreach (byte value in new byte[] { 0xF0, 0x9F, 0x98 }.AsSpan(0, waiting))
                {
                    Assert.True(tokenizer.TryGetId([value], out int id));
                    Assert.Equal("", decoder.AppendText(id));
                }

                Assert.Equal(waiting, decoder.PendingBytes);
                Assert.Equal((waiting == 0 ? "" : "\uFFFD") + name, decoder.AppendText(200_000));
                Assert.Equal(name, decoder.AppendText(200_000));
            }
        }
    }
}
