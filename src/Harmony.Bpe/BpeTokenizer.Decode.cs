using System.Buffers;
using System.Text;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe.Text;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe;

public sealed partial class BpeTokenizer
{
    /// <summary>The most chars of a string.</summary>
    private const int MaxStringLength = 0x3FFF_FFDF;

    /// <summary>Decodes ids to a string. Each maximal malformed sequence of bytes becomes U+FFFD; special
    /// tokens become their names.</summary>
    /// <param name="ids">The ids.</param>
    /// <returns>The text. Allocates nothing else.</returns>
    /// <exception cref="UnknownTokenException">An id is no token's; the exception has the id and its
    /// index.</exception>
    /// <exception cref="OverflowException">The ids decode to more than 2^30 chars, the longest string, or 2
    /// GiB, the longest array.</exception>
    public string Decode(ReadOnlySpan<int> ids)
    {
        using SpanOwner<byte> utf8 = DecodeToPooled(ids);
        return ToText(utf8.Span);
    }

    /// <summary>Decodes ids to a string, and throws if their bytes are malformed UTF-8.</summary>
    /// <param name="ids">The ids.</param>
    /// <returns>The text. Allocates nothing else.</returns>
    /// <exception cref="UnknownTokenException">An id is no token's; the exception has the id and its
    /// index.</exception>
    /// <exception cref="InvalidUtf8Exception">The bytes are malformed UTF-8; the exception has the offset of
    /// the first malformed sequence.</exception>
    /// <exception cref="OverflowException">The ids decode to more than 2^30 chars, the longest string, or 2
    /// GiB, the longest array.</exception>
    public string DecodeStrict(ReadOnlySpan<int> ids)
    {
        using SpanOwner<byte> utf8 = DecodeToPooled(ids);
        int invalid = Utf8Sequence.IndexOfInvalid(utf8.Span);
        return invalid < 0 ? ToText(utf8.Span) : throw new InvalidUtf8Exception(invalid);
    }

    /// <summary>Decodes ids to bytes.</summary>
    /// <param name="ids">The ids.</param>
    /// <returns>The bytes. Allocates nothing else.</returns>
    /// <exception cref="UnknownTokenException">An id is no token's; the exception has the id and its
    /// index.</exception>
    /// <exception cref="OverflowException">The ids decode to more than 2 GiB, the longest array.</exception>
    public byte[] DecodeBytes(ReadOnlySpan<int> ids)
    {
        var utf8 = new byte[GetArrayLength(ids)];
        Decode(ids, utf8, out _, out _);
        return utf8;
    }

    /// <summary>The number of bytes that ids decode to. Does not allocate.</summary>
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

    /// <summary>Decodes as many ids as fit into the destination.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="destination">Receives the bytes, whole tokens at a time. Up to 16 bytes past the last one
    /// may be overwritten.</param>
    /// <param name="idsConsumed">The number of ids decoded, which is the index of the next one.</param>
    /// <param name="bytesWritten">The number of bytes written.</param>
    /// <returns><see cref="OperationStatus.Done"/>; <see cref="OperationStatus.DestinationTooSmall"/> if the
    /// next token does not fit; <see cref="OperationStatus.InvalidData"/> if the next id is no token's. Does
    /// not allocate.</returns>
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

    /// <summary>Decodes ids into a buffer writer. Checks all ids before anything is written.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="writer">Receives the bytes.</param>
    /// <returns>The number of bytes written. Does not allocate.</returns>
    /// <exception cref="UnknownTokenException">An id is no token's; the exception has the id and its
    /// index.</exception>
    /// <exception cref="OverflowException">The ids decode to more than 2 GiB; nothing was
    /// written.</exception>
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
        // A text has at most as many chars as bytes.
        return utf8.Length <= MaxStringLength || Encoding.UTF8.GetCharCount(utf8) <= MaxStringLength
            ? Encoding.UTF8.GetString(utf8)
            : throw TooLong.Decoded($"{MaxStringLength} chars");
    }
}
