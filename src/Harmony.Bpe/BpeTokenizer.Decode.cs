using System.Buffers;
using System.Text;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe.Text;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe;

public sealed partial class BpeTokenizer
{
    /// <summary>The most chars that the runtime puts into a string.</summary>
    private const int MaxStringLength = 0x3FFF_FFDF;

    /// <summary>Decodes ids to a string. Bytes that are not UTF-8 become U+FFFD, one for each maximal
    /// malformed sequence; special tokens become their names.</summary>
    /// <param name="ids">The ids.</param>
    /// <returns>The text; nothing else is allocated.</returns>
    /// <exception cref="UnknownTokenException">An id is no token's; the exception has the id and its
    /// index.</exception>
    /// <exception cref="OverflowException">The ids decode to more than a string holds, 2^30 chars, or to more than
    /// an array holds, 2 GiB.</exception>
    public string Decode(ReadOnlySpan<int> ids)
    {
        using SpanOwner<byte> utf8 = DecodeToPooled(ids);
        return ToText(utf8.Span);
    }

    /// <summary>Decodes ids to a string and refuses what is not UTF-8.</summary>
    /// <param name="ids">The ids.</param>
    /// <returns>The text; nothing else is allocated.</returns>
    /// <exception cref="UnknownTokenException">An id is no token's; the exception has the id and its
    /// index.</exception>
    /// <exception cref="InvalidUtf8Exception">The bytes are not UTF-8; the exception has the offset of the
    /// first malformed sequence among them.</exception>
    /// <exception cref="OverflowException">The ids decode to more than a string holds, 2^30 chars, or to more than
    /// an array holds, 2 GiB.</exception>
    public string DecodeStrict(ReadOnlySpan<int> ids)
    {
        using SpanOwner<byte> utf8 = DecodeToPooled(ids);
        int invalid = Utf8Sequence.IndexOfInvalid(utf8.Span);
        return invalid < 0 ? ToText(utf8.Span) : throw new InvalidUtf8Exception(invalid);
    }

    /// <summary>Decodes ids to bytes.</summary>
    /// <param name="ids">The ids.</param>
    /// <returns>The bytes; nothing else is allocated.</returns>
    /// <exception cref="UnknownTokenException">An id is no token's; the exception has the id and its
    /// index.</exception>
    /// <exception cref="OverflowException">The ids decode to more than an array holds, 2 GiB.</exception>
    public byte[] DecodeBytes(ReadOnlySpan<int> ids)
    {
        var utf8 = new byte[GetArrayLength(ids)];
        Decode(ids, utf8, out _, out _);
        return utf8;
    }

    /// <summary>How many bytes ids decode to. Does not allocate.</summary>
    /// <param name="ids">The ids.</param>
    /// <exception cref="UnknownTokenException">An id is no token's; the exception has the id and its
    /// index.</exception>
    /// <exception cref="OverflowException">The ids decode to more than 2 GiB.</exception>
    internal int GetDecodedLength(ReadOnlySpan<int> ids)
    {
        int length = 0;
        for (int i = 0; i < ids.Length; i++)
        {
            if (!TryGetTokenBytes(ids[i], out ReadOnlySpan<byte> token))
            {
                throw new UnknownTokenException(ids[i], i);
            }

            if (token.Length > int.MaxValue - length)
            {
                throw TooLong.Decoded($"{int.MaxValue} bytes");
            }

            length += token.Length;
        }

        return length;
    }

    /// <summary>Decodes as many ids as the destination holds.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="destination">Receives the bytes, each token's whole or not at all; up to 16 behind them
    /// may be overwritten.</param>
    /// <param name="idsConsumed">How many ids were decoded; the index of the id at fault if there is
    /// one.</param>
    /// <param name="bytesWritten">How many bytes were written.</param>
    /// <returns><see cref="OperationStatus.Done"/>, or <see cref="OperationStatus.DestinationTooSmall"/> if
    /// the next token does not fit, or <see cref="OperationStatus.InvalidData"/> if the next id is no
    /// token's. Does not allocate.</returns>
    public OperationStatus Decode(
        ReadOnlySpan<int> ids, Span<byte> destination, out int idsConsumed, out int bytesWritten)
    {
        bytesWritten = 0;
        for (idsConsumed = 0; idsConsumed < ids.Length; idsConsumed++)
        {
            idsConsumed += _vocabulary.Tokens.CopyShort(
                ids[idsConsumed..], destination[bytesWritten..], out int copied);
            bytesWritten += copied;
            if (idsConsumed == ids.Length)
            {
                break;
            }

            if (!TryGetTokenBytes(ids[idsConsumed], out ReadOnlySpan<byte> token))
            {
                return OperationStatus.InvalidData;
            }

            if (!token.TryCopyTo(destination[bytesWritten..]))
            {
                return OperationStatus.DestinationTooSmall;
            }

            bytesWritten += token.Length;
        }

        return OperationStatus.Done;
    }

    /// <summary>Decodes ids into a buffer writer. All ids are checked before anything is written.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="writer">Receives the bytes.</param>
    /// <returns>How many bytes were written. Does not allocate.</returns>
    /// <exception cref="UnknownTokenException">An id is no token's; the exception has the id and its
    /// index.</exception>
    /// <exception cref="OverflowException">The ids decode to more than 2 GiB; nothing was written.</exception>
    public int Decode(ReadOnlySpan<int> ids, IBufferWriter<byte> writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        int length = GetDecodedLength(ids);
        foreach (int id in ids)
        {
            writer.Write(GetTokenBytes(id));
        }

        return length;
    }

    private SpanOwner<byte> DecodeToPooled(ReadOnlySpan<int> ids)
    {
        SpanOwner<byte> utf8 = SpanOwner<byte>.Allocate(GetArrayLength(ids));
        Decode(ids, utf8.Span, out _, out _);
        return utf8;
    }

    private int GetArrayLength(ReadOnlySpan<int> ids)
    {
        int length = GetDecodedLength(ids);
        return length <= Array.MaxLength ? length : throw TooLong.Decoded($"{Array.MaxLength} bytes");
    }

    private static string ToText(ReadOnlySpan<byte> utf8)
    {
        // No text of fewer bytes has more chars.
        return utf8.Length <= MaxStringLength || Encoding.UTF8.GetCharCount(utf8) <= MaxStringLength
            ? Encoding.UTF8.GetString(utf8)
            : throw TooLong.Decoded($"{MaxStringLength} chars");
    }
}
