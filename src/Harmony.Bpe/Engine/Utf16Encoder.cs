using System.Buffers;
using System.Text;
using System.Text.Unicode;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe.Calls;
using Harmony.Bpe.Kernels;
using Harmony.Bpe.Specials;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Engine;

/// <summary>
/// UTF-16 text to ids: stretches of it are turned into UTF-8 in a small buffer and encoded from there. Lone
/// surrogates become U+FFFD. The buffer only grows where a single piece does not fit.
/// </summary>
internal static class Utf16Encoder
{
    /// <summary>Chars to a stretch; its last pieces go through the definition, which must not count. Tiny in
    /// Debug, so that every test crosses many edges.</summary>
#if DEBUG
    private const int StretchLength = 48;
#else
    private const int StretchLength = 64 * 1024;
#endif

    /// <summary>No char needs more bytes of UTF-8 than this.</summary>
    private const int MaxBytesPerChar = 3;

    /// <summary>Encodes until the text ends or the sink has had enough; <paramref name="consumed"/> is in
    /// chars, the other parameters are those of <see cref="TextEncoder.Encode"/>.</summary>
    /// <exception cref="OverflowException">The UTF-8 of one piece does not fit into an array.</exception>
    public static OperationStatus Encode<TSink>(
        FrozenVocabulary vocabulary,
        SpecialTokenFinder specials,
        ReadOnlySpan<char> text,
        EncodeOptions options,
        bool isFinal,
        scoped ref TSink sink,
        out int consumed,
        CancellationToken cancellationToken)
        where TSink : struct, ITokenSink, allows ref struct =>
        Encode(
            vocabulary,
            specials,
            text,
            options,
            isFinal,
            Array.MaxLength,
            ref sink,
            out consumed,
            cancellationToken);

    /// <summary>The same with a buffer of at most some bytes.</summary>
    public static OperationStatus Encode<TSink>(
        FrozenVocabulary vocabulary,
        SpecialTokenFinder specials,
        ReadOnlySpan<char> text,
        EncodeOptions options,
        bool isFinal,
        int maxBufferLength,
        scoped ref TSink sink,
        out int consumed,
        CancellationToken cancellationToken)
        where TSink : struct, ITokenSink, allows ref struct
    {
        consumed = 0;
        int stretch = Math.Min(text.Length, StretchLength);
        while (true)
        {
            int bufferLength = (int)Math.Min((long)stretch * MaxBytesPerChar, maxBufferLength);
            using SpanOwner<byte> buffer = SpanOwner<byte>.Allocate(bufferLength);
            OperationStatus status = EncodeStretches(
                vocabulary,
                specials,
                text,
                options,
                isFinal,
                stretch,
                buffer.Span,
                ref sink,
                ref consumed,
                out bool reachedEnd,
                cancellationToken);
            if (status != OperationStatus.NeedMoreData || reachedEnd)
            {
                return status;
            }

            if (bufferLength == maxBufferLength)
            {
                throw TooLong.Piece(maxBufferLength);
            }

            // One piece is longer than the stretch: so much more that what was done in vain is little beside it.
            stretch = (int)Math.Min(text.Length, 8L * stretch);
        }
    }

    /// <summary>Encodes stretch by stretch until the end, or until a stretch does not hold a whole
    /// piece.</summary>
    private static OperationStatus EncodeStretches<TSink>(
        FrozenVocabulary vocabulary,
        SpecialTokenFinder specials,
        ReadOnlySpan<char> text,
        EncodeOptions options,
        bool isFinal,
        int stretchLength,
        Span<byte> buffer,
        scoped ref TSink sink,
        ref int consumed,
        out bool reachedEnd,
        CancellationToken cancellationToken)
        where TSink : struct, ITokenSink, allows ref struct
    {
        while (true)
        {
            // A stretch has too few pieces for the engine to look at the token by itself.
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<char> stretch = text.Slice(consumed, Math.Min(stretchLength, text.Length - consumed));
            stretch = stretch[..LengthWithin(stretch, buffer.Length)];
            reachedEnd = consumed + stretch.Length == text.Length;
            int written = Utf16Transcoder.Convert(stretch, buffer, reachedEnd && isFinal, out int read);
            OperationStatus status = TextEncoder.Encode(
                vocabulary,
                specials,
                buffer[..written],
                options,
                reachedEnd && isFinal,
                ref sink,
                out int encoded,
                cancellationToken);
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

    /// <summary>How many chars of a text have at most some bytes of UTF-8: nearly as many as possible.</summary>
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

            // A pair that is cut here has fewer bytes than its halves.
            maxBytes -= Encoding.UTF8.GetByteCount(text.Slice(length, chars));
        }

        return length;
    }

    /// <summary>A whole text in pooled UTF-8, for what needs all of it at once.</summary>
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
