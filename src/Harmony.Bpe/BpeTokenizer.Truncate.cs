using System.Diagnostics;
using System.Text;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe.Calls;
using Harmony.Bpe.Engine;
using Harmony.Bpe.Text;
using Harmony.Bpe.Truncation;

namespace Harmony.Bpe;

public sealed partial class BpeTokenizer
{
    /// <summary>Finds the longest prefix of a text that has at most a number of ids when it is encoded by
    /// itself.</summary>
    /// <remarks>The prefix never ends inside a character or an allowed special token. In a piece of more than
    /// 512 bytes (one word, roughly) it ends where a token does. The cost depends on the limit, not on the
    /// length of the text; only the text that the limit can reach is checked for what the options
    /// refuse.</remarks>
    /// <param name="text">UTF-16. Lone surrogates become U+FFFD.</param>
    /// <param name="maxTokens">The limit, in ids; not negative.</param>
    /// <param name="options">What to do with special text; <see cref="EncodeOptions.Default"/> if
    /// null.</param>
    /// <param name="cancellationToken">Stops the work with an
    /// <see cref="OperationCanceledException"/>.</param>
    /// <returns>The length in chars, so that <c>text[..length]</c> is the prefix.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    /// <exception cref="SpecialTokenException">The text spells a special token that the options
    /// refuse.</exception>
    public int GetPrefixLength(
        ReadOnlySpan<char> text,
        int maxTokens,
        EncodeOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxTokens);
        options ??= EncodeOptions.Default;
        int reach = (int)Math.Min(text.Length, MaxBytesOf(maxTokens));
        ThrowIfRefused(text, 0, reach, options, cancellationToken);
        EncodeContext context = ContextOf(options, isFinal: true, cancellationToken);
        int likelyReach = (int)Math.Min(SuffixSearch.FirstLength(maxTokens), reach);
        likelyReach -= likelyReach > 0 && char.IsHighSurrogate(text[likelyReach - 1]) ? 1 : 0;
        EncodeContext likely = context.WithFinal(likelyReach == reach);
        return TryGetPrefixLength(likely, text[..likelyReach], maxTokens, out int length)
            || TryGetPrefixLength(context, text[..reach], maxTokens, out length)
            ? length
            : throw new UnreachableException();
    }

    /// <summary>Finds the longest prefix of a text that has at most a number of ids when it is encoded by
    /// itself.</summary>
    /// <remarks>The prefix never ends inside a character or an allowed special token. In a piece of more than
    /// 512 bytes (one word, roughly) it ends where a token does. The cost depends on the limit, not on the
    /// length of the text; only the text that the limit can reach is checked for what the options
    /// refuse.</remarks>
    /// <param name="utf8">UTF-8. Malformed bytes are encoded as they are, unless the options refuse
    /// them.</param>
    /// <param name="maxTokens">The limit, in ids; not negative.</param>
    /// <param name="options">What to do with special text and malformed UTF-8;
    /// <see cref="EncodeOptions.Default"/> if null.</param>
    /// <param name="cancellationToken">Stops the work with an
    /// <see cref="OperationCanceledException"/>.</param>
    /// <returns>The length in bytes, so that <c>utf8[..length]</c> is the prefix.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    /// <exception cref="SpecialTokenException">The text spells a special token that the options
    /// refuse.</exception>
    /// <exception cref="InvalidUtf8Exception">The bytes are malformed UTF-8 and the options refuse
    /// that.</exception>
    public int GetPrefixLength(
        ReadOnlySpan<byte> utf8,
        int maxTokens,
        EncodeOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxTokens);
        options ??= EncodeOptions.Default;
        int reach = (int)Math.Min(utf8.Length, MaxBytesOf(maxTokens));
        ThrowIfRefused(utf8, 0, reach, options, cancellationToken);
        EncodeContext context = ContextOf(options, isFinal: true, cancellationToken);
        TryGetPrefixLength(context, utf8[..reach], maxTokens, out int length);
        return length;
    }

    /// <summary>Finds the longest suffix of a text that has at most a number of ids when it is encoded by
    /// itself.</summary>
    /// <remarks>The suffix never starts inside a character or an allowed special token. In a piece of more
    /// than 512 bytes (one word, roughly) it starts where a token does. The cost depends on the limit, not on
    /// the length of the text, unless the text ends in one huge word or the like; only the text that the
    /// limit can reach is checked for what the options refuse.</remarks>
    /// <inheritdoc cref="GetPrefixLength(ReadOnlySpan{char}, int, EncodeOptions?, CancellationToken)"/>
    /// <returns>The start in chars, so that <c>text[start..]</c> is the suffix.</returns>
    public int GetSuffixStart(
        ReadOnlySpan<char> text,
        int maxTokens,
        EncodeOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxTokens);
        options ??= EncodeOptions.Default;
        int unreached = (int)Math.Max(text.Length - MaxBytesOf(maxTokens), 0);
        ThrowIfRefused(text, unreached, text.Length, options, cancellationToken);
        EncodeContext context = ContextOf(options, isFinal: true, cancellationToken);
        long tailLength = SuffixSearch.FirstLength(maxTokens);
        while (true)
        {
            int tailStart = (int)Math.Max(text.Length - tailLength, 0);
            if (tailStart > 0 && char.IsSurrogatePair(text[tailStart - 1], text[tailStart]))
            {
                tailStart--;
            }

            using SpanOwner<byte> utf8 = Utf16Encoder.ToUtf8(text[tailStart..]);
            var search = new SuffixSearch(context, utf8.Span, tailStart == 0, maxTokens);
            if (search.TryFind(out int start))
            {
                return text.Length - Encoding.UTF8.GetCharCount(utf8.Span[start..]);
            }

            tailLength *= SuffixSearch.Growth;
        }
    }

    /// <summary>Finds the longest suffix of a text that has at most a number of ids when it is encoded by
    /// itself.</summary>
    /// <remarks>The suffix never starts inside a character or an allowed special token. In a piece of more
    /// than 512 bytes (one word, roughly) it starts where a token does. The cost depends on the limit, not on
    /// the length of the text, unless the text ends in one huge word or the like; only the text that the
    /// limit can reach is checked for what the options refuse.</remarks>
    /// <inheritdoc cref="GetPrefixLength(ReadOnlySpan{byte}, int, EncodeOptions?, CancellationToken)"/>
    /// <returns>The start in bytes, so that <c>utf8[start..]</c> is the suffix.</returns>
    public int GetSuffixStart(
        ReadOnlySpan<byte> utf8,
        int maxTokens,
        EncodeOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxTokens);
        options ??= EncodeOptions.Default;
        int unreached = (int)Math.Max(utf8.Length - MaxBytesOf(maxTokens), 0);
        while (!Utf8Sequence.IsBoundary(utf8, unreached))
        {
            unreached--;
        }

        ThrowIfRefused(utf8, unreached, utf8.Length, options, cancellationToken);
        EncodeContext context = ContextOf(options, isFinal: true, cancellationToken);
        var search = new SuffixSearch(context, utf8, isWhole: true, maxTokens);
        search.TryFind(out int start);
        return start;
    }

    /// <summary>How many ids before a limit are looked at one by one, at first. Few in Debug, so that many
    /// tests need more.</summary>
#if DEBUG
    private const int NearLimit = 2;
#else
    private const int NearLimit = 64;
#endif

    /// <summary>The most bytes, or chars, that a number of ids and one more can stand for.</summary>
    private long MaxBytesOf(int ids) => (ids + 1L) * Math.Max(MaxTokenLength, _specials.MaxNameLength);

    private static bool TryGetPrefixLength(
        in EncodeContext context, ReadOnlySpan<char> text, int maxTokens, out int length)
    {
        using SpanOwner<byte> utf8 = Utf16Encoder.ToUtf8(text);
        bool isFound = TryGetPrefixLength(context, utf8.Span, maxTokens, out int bytes);
        length = Encoding.UTF8.GetCharCount(utf8.Span[..bytes]);
        return isFound;
    }

    /// <summary>Finds the longest prefix that fits.</summary>
    /// <param name="context">The call. A text may be called final although it was cut to what the limit can
    /// reach, even inside a character or a special token: that is past any prefix that fits.</param>
    /// <param name="utf8">The text.</param>
    /// <param name="maxTokens">The limit, in ids.</param>
    /// <param name="length">The length of the prefix, in bytes.</param>
    /// <returns>False if the text is not final, and more of it is needed to decide.</returns>
    private static bool TryGetPrefixLength(
        in EncodeContext context, ReadOnlySpan<byte> utf8, int maxTokens, out int length)
    {
        for (long near = NearLimit; ; near *= 8)
        {
            // Most of the ids are only counted. Near the limit the pieces matter, and few are enough unless
            // they are long ones.
            var counted = new CountSink((int)Math.Max(maxTokens - near, 0));
            int start = 0;
            if (maxTokens > near)
            {
                TextEncoder.Encode(context, utf8, ref counted, out start);
            }

            ReadOnlySpan<byte> rest = utf8[start..];
            int spare = maxTokens - counted.Count;
            using PieceEndRecorder recorder = PieceEndRecorder.Record(
                context, rest, spare, Truncator.UnsurePieces + 1);
            length = 0;
            if (!context.IsFinal && !recorder.IsComplete)
            {
                return false;
            }

            var truncator = new Truncator(context.WithFinal(true), rest, spare, recorder.Pieces);
            if (truncator.TryFindLongestPrefix(isWhole: start == 0, out length))
            {
                length += start;
                return true;
            }
        }
    }
}
