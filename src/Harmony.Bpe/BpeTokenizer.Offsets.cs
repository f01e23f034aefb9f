using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using System.Text.Unicode;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe.Calls;
using Harmony.Bpe.Engine;

namespace Harmony.Bpe;

public sealed partial class BpeTokenizer
{
    /// <summary>Encodes a text, and returns for each id the range of bytes and chars that it stands
    /// for.</summary>
    /// <inheritdoc cref="Encode(ReadOnlySpan{char}, EncodeOptions?, CancellationToken)"/>
    /// <returns>The tokens in order. Allocates only this array.</returns>
    public TokenRange[] EncodeWithOffsets(
        ReadOnlySpan<char> text, EncodeOptions? options = null, CancellationToken cancellationToken = default)
    {
        // The exception for refused text has an index in chars, so check before the text becomes UTF-8.
        options ??= EncodeOptions.Default;
        ThrowIfRefused(text, 0, text.Length, options, cancellationToken);
        using SpanOwner<byte> utf8 = Utf16Encoder.ToUtf8(text);
        return EncodeWithOffsets(utf8.Span, options, cancellationToken);
    }

    /// <summary>Encodes a text, and returns for each id the range of bytes and chars that it stands
    /// for.</summary>
    /// <inheritdoc cref="Encode(ReadOnlySpan{byte}, EncodeOptions?, CancellationToken)"/>
    /// <returns>The tokens in order. Allocates only this array.</returns>
    public TokenRange[] EncodeWithOffsets(
        ReadOnlySpan<byte> utf8, EncodeOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= EncodeOptions.Default;
        var sink = new PooledSink(PooledSink.CapacityFor(utf8.Length));
        try
        {
            EncodeAll(utf8, options, ref sink, cancellationToken);
            return Locate(sink.Ids, utf8, options);
        }
        finally
        {
            sink.Dispose();
        }
    }

    /// <summary>Finds the ranges of ids. Their bytes are the text's bytes, so their lengths are
    /// enough.</summary>
    private TokenRange[] Locate(ReadOnlySpan<int> ids, ReadOnlySpan<byte> utf8, EncodeOptions options)
    {
        TokenRange[] tokens = GC.AllocateUninitializedArray<TokenRange>(ids.Length);
        bool isAscii = Ascii.IsValid(utf8);
        bool isValid = isAscii || Utf8.IsValid(utf8);
        int byteStart = 0;
        int charStart = 0;
        int characterEnd = 0;
        for (int i = 0; i < ids.Length; i++)
        {
            int length = (uint)ids[i] < (uint)_vocabulary.Tokens.Count
                ? _vocabulary.Tokens.LengthOf(ids[i])
                : SpecialFinder.LengthAt(utf8[byteStart..], options);
            int chars = isAscii ? length
                : isValid ? CountChars(utf8, byteStart, length)
                : DecodeChars(utf8, byteStart + length, ref characterEnd);
            tokens[i] = new TokenRange(ids[i], byteStart, length, charStart, chars);
            byteStart += length;
            charStart += chars;
        }

        return tokens;
    }

    /// <summary>The UTF-16 length of the characters that start in a part of well-formed UTF-8: one for each
    /// byte but continuations, and one more for each lead byte of four.</summary>
    private static int CountChars(ReadOnlySpan<byte> utf8, int start, int length)
    {
        if (length is > 0 and <= sizeof(ulong) && utf8.Length - start >= sizeof(ulong))
        {
            // 10______ is a continuation, 1111____ a lead byte of four.
            const ulong First = 0x8080_8080_8080_8080;
            ulong bytes = BinaryPrimitives.ReadUInt64LittleEndian(utf8[start..]);
            ulong part = First >> (8 * (sizeof(ulong) - length));
            ulong continuations = bytes & ~(bytes << 1) & part;
            ulong four = bytes & bytes << 1 & bytes << 2 & bytes << 3 & part;
            return length - BitOperations.PopCount(continuations) + BitOperations.PopCount(four);
        }

        int chars = 0;
        foreach (byte value in utf8.Slice(start, length))
        {
            chars += ((sbyte)value >= -64 ? 1 : 0) + (value >= 0xF0 ? 1 : 0);
        }

        return chars;
    }

    /// <summary>The same for bytes that may be malformed.</summary>
    /// <param name="utf8">The whole text.</param>
    /// <param name="end">The end of the part.</param>
    /// <param name="characterEnd">The end of the last character that starts before the part; then of the
    /// last one in it.</param>
    private static int DecodeChars(ReadOnlySpan<byte> utf8, int end, ref int characterEnd)
    {
        int chars = 0;
        while (characterEnd < end)
        {
            Rune.DecodeFromUtf8(utf8[characterEnd..], out Rune rune, out int consumed);
            characterEnd += consumed;
            chars += rune.Utf16SequenceLength;
        }

        return chars;
    }
}
