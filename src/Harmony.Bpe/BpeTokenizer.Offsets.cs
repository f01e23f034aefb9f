using System.Text;
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
        var sink = new PooledSink(PooledSink.CapacityFor(utf8.Length));
        try
        {
            EncodeAll(utf8, options, ref sink, cancellationToken);
            return Locate(sink.Ids, utf8);
        }
        finally
        {
            sink.Dispose();
        }
    }

    /// <summary>Finds the ranges of ids. Their bytes are the text's bytes, so their lengths are
    /// enough.</summary>
    private TokenRange[] Locate(ReadOnlySpan<int> ids, ReadOnlySpan<byte> utf8)
    {
        var tokens = new TokenRange[ids.Length];
        int byteStart = 0;
        int charStart = 0;
        int characterEnd = 0;
        for (int i = 0; i < ids.Length; i++)
        {
            int byteEnd = byteStart + GetTokenBytes(ids[i]).Length;
            int charEnd = charStart;
            while (characterEnd < byteEnd)
            {
                Rune.DecodeFromUtf8(utf8[characterEnd..], out Rune rune, out int consumed);
                characterEnd += consumed;
                charEnd += rune.Utf16SequenceLength;
            }

            tokens[i] = new TokenRange(
                ids[i], byteStart, byteEnd - byteStart, charStart, charEnd - charStart);
            byteStart = byteEnd;
            charStart = charEnd;
        }

        return tokens;
    }
}
