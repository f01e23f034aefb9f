using System.Buffers;
using System.Text;

using static Harmony.Bpe.Tests.Properties.Arbitraries;

namespace Harmony.Bpe.Tests.Properties;

/// <summary>Properties that hold for every input.</summary>
public sealed class TokenizerProperties
{
    private static readonly BpeTokenizer Tokenizer = BpeTokenizer.O200kHarmony;
    private static readonly EncodeOptions Ordinary = EncodeOptions.Ordinary;

    [Fact]
    public void Decode_EncodedBytes_GivesTheBytesBack() =>
        Check(Bytes, static utf8 => Tokenizer.DecodeBytes(Tokenizer.Encode(utf8, Ordinary)).AsSpan().SequenceEqual(utf8));

    [Fact]
    public void Decode_BytesEncodedWithSpecialTokens_GivesTheBytesBack() =>
        Check(Bytes, static utf8 =>
        {
            byte[] withName = [.. utf8, .. "<|end|>"u8, .. utf8];
            return Tokenizer.DecodeBytes(Tokenizer.Encode(withName, EncodeOptions.AllSpecial)).AsSpan().SequenceEqual(withName);
        });

    [Fact]
    public void Decode_EncodedText_GivesTheTextBack() =>
        Check(Texts, static text => Tokenizer.DecodeStrict(Tokenizer.Encode(text, Ordinary)) == text);

    [Fact]
    public void Encode_CharsAndTheirUtf8_GiveTheSameIds() =>
        Check(Chars, static text => Tokenizer.Encode(text, Ordinary).AsSpan()
            .SequenceEqual(Tokenizer.Encode(Encoding.UTF8.GetBytes(text), Ordinary)));

    [Fact]
    public void Encode_ThroughASmallDestination_GivesTheSameIds() =>
        Check(Bytes, static utf8 =>
        {
            var ids = new List<int>();
            Span<int> destination = stackalloc int[130];
            int room = 1;
            for (int start = 0; start < utf8.Length;)
            {
                Tokenizer.Encode(
                    utf8.AsSpan(start), destination[..room], out int consumed, out int written, Ordinary);
                ids.AddRange(destination[..written]);
                start += consumed;
                room = written == 0 ? room + 1 : 1;
            }

            return ids.SequenceEqual(Tokenizer.Encode(utf8, Ordinary));
        });

    [Fact]
    public void Count_Anything_IsTheNumberOfIds() =>
        Check(Chars, static text =>
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(text);
            int length = Tokenizer.Encode(text, Ordinary).Length;
            return Tokenizer.Count(text, Ordinary) == length && Tokenizer.Count(utf8, Ordinary) == length;
        });

    [Fact]
    public void IsWithin_EveryLimit_IsWhetherTheCountIsNotAbove() =>
        Check(Chars, static text =>
        {
            int count = Tokenizer.Count(text, Ordinary);
            return Enumerable.Range(0, count + 3).All(limit =>
                Tokenizer.IsWithin(text, limit, Ordinary) == count <= limit
                && Tokenizer.IsWithin(Encoding.UTF8.GetBytes(text), limit, Ordinary) == count <= limit);
        });

    [Fact]
    public void EncodeWithOffsets_Bytes_TilesTheInput() =>
        Check(Bytes, static utf8 =>
        {
            int end = 0;
            foreach (TokenRange token in Tokenizer.EncodeWithOffsets(utf8, Ordinary))
            {
                if (token.ByteStart != end
                    || !Tokenizer.GetTokenBytes(token.Id).SequenceEqual(utf8.AsSpan(token.ByteStart, token.ByteLength)))
                {
                    return false;
                }

                end += token.ByteLength;
            }

            return end == utf8.Length;
        });

    [Fact]
    public void Decode_AnyIds_GivesTheirBytesOnEveryPath() =>
        Check(Ids, static ids =>
        {
            byte[] utf8 = Tokenizer.DecodeBytes(ids);
            var writer = new ArrayBufferWriter<byte>();
            Tokenizer.Decode(ids, writer);
            return utf8.AsSpan().SequenceEqual(
                [.. ids.SelectMany(static id => Tokenizer.GetTokenBytes(id).ToArray())])
                && writer.WrittenSpan.SequenceEqual(utf8)
                && Tokenizer.GetDecodedLength(ids) == utf8.Length
                && Tokenizer.Decode(ids) == Encoding.UTF8.GetString(utf8);
        });

    [Fact]
    public void StreamDecoder_AnyIds_PiecesJoinToDecode() =>
        Check(Ids, static ids =>
        {
            var decoder = new Utf8StreamDecoder(Tokenizer);
            var text = new StringBuilder();
            foreach (int id in ids)
            {
                text.Append(decoder.AppendText(id));
            }

            return text.Append(Encoding.UTF8.GetString(decoder.Flush())).ToString() == Tokenizer.Decode(ids);
        });

    [Fact]
    public void Truncation_EveryLimit_Fits() =>
        Check(Texts, static text =>
        {
            int count = Tokenizer.Count(text, Ordinary);
            return Enumerable.Range(0, Math.Min(count, 12)).All(limit =>
                Tokenizer.IsWithin(
                    text.AsSpan(0, Tokenizer.GetPrefixLength(text, limit, Ordinary)), limit, Ordinary)
                && Tokenizer.IsWithin(
                    text.AsSpan(Tokenizer.GetSuffixStart(text, limit, Ordinary)), limit, Ordinary));
        });
}
