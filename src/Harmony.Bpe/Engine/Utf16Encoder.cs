using System.Buffers;
using System.Text;
using System.Text.Unicode;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe.Kernels;
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
    public static OperationStatus Encode<TSink>(
        FrozenVocabulary vocabulary,
        SpecialTokenFinder specials,
        ReadOnlySpan<char> text,
        EncodeOptions options,
        bool isFinal,
        scoped ref TSink sink,
        out int consumed,
        CancellationToken cancellationToken)
        where TSink : struct, ITokenSink, allows ref struct
    {
        consumed = 0;
        int stretch = Math.Min(text.Length, StretchLength);
        while (true)
        {
            using SpanOwner<byte> buffer = SpanOwner<byte>.Allocate(BufferLengthFor(stretch));
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
                cancellationToken);
            if (status != OperationStatus.NeedMoreData || stretch >= text.Length - consumed)
            {
                return status;
            }

            // One piece is longer than the stretch: so much more that what was done in vain counts for little.
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
        CancellationToken cancellationToken)
        where TSink : struct, ITokenSink, allows ref struct
    {
        while (true)
        {
            // A stretch has too few pieces for the engine to look at the token by itself.
            cancellationToken.ThrowIfCancellationRequested();
            int length = Math.Min(stretchLength, text.Length - consumed);
            ReadOnlySpan<char> stretch = text.Slice(consumed, length);
            bool isLast = consumed + stretch.Length == text.Length;
            int written = Utf16Transcoder.Convert(stretch, buffer, isLast && isFinal, out int read);
            OperationStatus status = TextEncoder.Encode(
                vocabulary,
                specials,
                buffer[..written],
                options,
                isLast && isFinal,
                ref sink,
                out int encoded,
                cancellationToken);
            int progress = read - Encoding.UTF8.GetCharCount(buffer[encoded..written]);
            consumed += progress;
            if (status == OperationStatus.DestinationTooSmall || isLast)
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

    /// <summary>A whole text in pooled UTF-8, for what needs all of it at once.</summary>
    public static SpanOwner<byte> ToUtf8(ReadOnlySpan<char> text)
    {
        SpanOwner<byte> utf8 = SpanOwner<byte>.Allocate(Encoding.UTF8.GetByteCount(text));
        Utf8.FromUtf16(text, utf8.Span, out _, out _);
        return utf8;
    }

    private static int BufferLengthFor(int stretch) =>
        (int)Math.Min((long)stretch * MaxBytesPerChar, Array.MaxLength);
}
