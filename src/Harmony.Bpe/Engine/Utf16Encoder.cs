using System.Buffers;
using System.Text;
using System.Text.Unicode;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe.Calls;
using Harmony.Bpe.Kernels;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Engine;

/// <summary>
/// Encodes UTF-16 text: stretches of it become UTF-8 in a small buffer and are encoded from there. Lone
/// surrogates become U+FFFD. The buffer only grows where one piece does not fit.
/// </summary>
internal static class Utf16Encoder
{
    /// <summary>Chars in a stretch. The last pieces of a stretch take the reference path, so it must have
    /// many more. Tiny in Debug, so that every test crosses many edges.</summary>
#if DEBUG
    private const int StretchLength = 48;
#else
    private const int StretchLength = 64 * 1024;
#endif

    /// <summary>The most bytes of UTF-8 for one char.</summary>
    private const int MaxBytesPerChar = 3;

    /// <summary>Encodes until the text ends or the sink stops.</summary>
    /// <param name="context">The call.</param>
    /// <param name="text">The text, in UTF-16.</param>
    /// <param name="sink">Receives the ids.</param>
    /// <param name="consumed">How many chars the sink's ids stand for; always the end of a piece.</param>
    /// <param name="maxBufferLength">The most bytes that the buffer may grow to, at most what an array
    /// holds.</param>
    /// <returns>As <see cref="TextEncoder.Encode"/>.</returns>
    /// <exception cref="OverflowException">The UTF-8 of one piece does not fit into an array.</exception>
    public static OperationStatus Encode<TSink>(
        in EncodeContext context,
        ReadOnlySpan<char> text,
        scoped ref TSink sink,
        out int consumed,
        int maxBufferLength = int.MaxValue)
        where TSink : struct, ITokenSink, allows ref struct
    {
        consumed = 0;
        int maxLength = Math.Min(maxBufferLength, Array.MaxLength);
        int stretch = Math.Min(text.Length, StretchLength);
        while (true)
        {
            int bufferLength = (int)Math.Min((long)stretch * MaxBytesPerChar, maxLength);
            byte[] buffer = ArrayPool<byte>.Shared.Rent(bufferLength);
            OperationStatus status;
            bool reachedEnd;
            try
            {
                Span<byte> room = buffer.AsSpan(0, bufferLength);
                status = EncodeStretches(
                    context, text, stretch, room, ref sink, ref consumed, out reachedEnd);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }

            if (status != OperationStatus.NeedMoreData || reachedEnd)
            {
                return status;
            }

            if (bufferLength == maxLength)
            {
                throw TooLong.Piece(maxLength);
            }

            // One piece is longer than the stretch. Grow enough that the wasted work is small beside the
            // rest.
            stretch = (int)Math.Min(text.Length, 8L * stretch);
        }
    }

    /// <summary>Encodes stretch by stretch until the text ends, the sink stops, or a stretch does not hold a
    /// whole piece.</summary>
    private static OperationStatus EncodeStretches<TSink>(
        in EncodeContext context,
        ReadOnlySpan<char> text,
        int stretchLength,
        Span<byte> buffer,
        scoped ref TSink sink,
        ref int consumed,
        out bool reachedEnd)
        where TSink : struct, ITokenSink, allows ref struct
    {
        while (true)
        {
            // A stretch may have too few pieces for the levels below to check the token.
            context.CancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<char> stretch = text.Slice(consumed, Math.Min(stretchLength, text.Length - consumed));
            stretch = stretch[..LengthWithin(stretch, buffer.Length)];
            reachedEnd = consumed + stretch.Length == text.Length;
            bool isFinal = reachedEnd && context.IsFinal;
            int written = Utf16Transcoder.Convert(
                stretch, buffer, isFinal, useVectors: BatchCompilation.IsDone, out int read);
            OperationStatus status = TextEncoder.Encode(
                context.WithFinal(isFinal), buffer[..written], ref sink, out int encoded);
            int progress = read - Encoding.UTF8.GetCharCount(buffer[encoded..written]);
            consumed += progress;
            if (status == OperationStatus.DestinationTooSmall || reachedEnd)
            {
                return status == OperationStatus.Done && consumed < text.Length
                    ? OperationStatus.NeedMoreData
                    : status;
            }

            if (progress == 0)
            {
                return OperationStatus.NeedMoreData;
            }
        }
    }

    /// <summary>How many chars at the start of a text surely have at most a number of bytes of UTF-8; nearly
    /// the most possible.</summary>
    private static int LengthWithin(ReadOnlySpan<char> text, int maxBytes)
    {
        int length = 0;
        for (int chars; (chars = Math.Min(maxBytes / MaxBytesPerChar, text.Length - length)) > 0; length += chars)
        {
            if (chars == text.Length)
            {
                // Nearly always: there is room for them whatever they are.
                return chars;
            }

            // A surrogate pair that is cut here has fewer bytes than its halves have as U+FFFD.
            maxBytes -= Encoding.UTF8.GetByteCount(text.Slice(length, chars));
        }

        return length;
    }

    /// <summary>A whole text in pooled UTF-8, for callers that need all of it at once.</summary>
    /// <exception cref="OverflowException">Its UTF-8 does not fit into an array.</exception>
    public static SpanOwner<byte> ToUtf8(ReadOnlySpan<char> text)
    {
        if (LengthWithin(text, Array.MaxLength) < text.Length)
        {
            throw TooLong.Utf8();
        }

        SpanOwner<byte> utf8 = SpanOwner<byte>.Allocate(Encoding.UTF8.GetByteCount(text));
        Utf8.FromUtf16(text, utf8.Span, out _, out _);
        return utf8;
    }
}
