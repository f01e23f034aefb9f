using System.Text;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe.Calls;
using Harmony.Bpe.Engine;
using Harmony.Bpe.Text;
using Harmony.Bpe.Truncation;

namespace Harmony.Bpe;

public sealed partial class BpeTokenizer
{
    /// <summary>The length of a text's longest prefix that has at most a number of ids when it is encoded by
    /// itself. It never ends inside a character or an allowed special token. Inside a piece of more than 512
    /// bytes (one word, roughly) only ends of tokens are considered. Costs about as much as what the limit can
    /// reach, however long the text is; what the options refuse is looked for there alone.</summary>
    /// <param name="text">UTF-16; lone surrogates become U+FFFD.</param>
    /// <param name="maxTokens">The limit, in ids; not negative.</param>
    /// <param name="options">What to do with special text; refuse it if null.</param>
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
        options ??= EncodeOptions.Default;
        int reach = (int)Math.Min(text.Length, MaxBytesOf(maxTokens));
        ThrowIfRefused(text, 0, reach, options, cancellationToken);
        using SpanOwner<byte> utf8 = Utf16Encoder.ToUtf8(text[..reach]);
        int length = LongestPrefix(utf8.Span, maxTokens, options, cancellationToken);
        return Encoding.UTF8.GetCharCount(utf8.Span[..length]);
    }

    /// <summary>The length of a text's longest prefix that has at most a number of ids when it is encoded by
    /// itself. It never ends inside a character or an allowed special token. Inside a piece of more than 512
    /// bytes (one word, roughly) only ends of tokens are considered. Costs about as much as what the limit can
    /// reach, however long the text is; what the options refuse is looked for there alone.</summary>
    /// <param name="utf8">UTF-8; other bytes are kept unless the options refuse them.</param>
    /// <param name="maxTokens">The limit, in ids; not negative.</param>
    /// <param name="options">What to do with special text, which is refused if null, and with malformed
    /// UTF-8.</param>
    /// <param name="cancellationToken">Stops the work with an
    /// <see cref="OperationCanceledException"/>.</param>
    /// <returns>The length in bytes, so that <c>utf8[..length]</c> is the prefix.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    /// <exception cref="SpecialTokenException">The text spells a special token that the options
    /// refuse.</exception>
    /// <exception cref="InvalidUtf8Exception">The bytes are not UTF-8 and the options refuse
    /// that.</exception>
    public int GetPrefixLength(
        ReadOnlySpan<byte> utf8,
        int maxTokens,
        EncodeOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= EncodeOptions.Default;
        int reach = (int)Math.Min(utf8.Length, MaxBytesOf(maxTokens));
        ThrowIfRefused(utf8, 0, reach, options, cancellationToken);
        return LongestPrefix(utf8[..reach], maxTokens, options, cancellationToken);
    }

    /// <summary>The start of a text's longest suffix that has at most a number of ids when it is encoded by
    /// itself. It never begins inside a character or an allowed special token. Inside a piece of more than
    /// 512 bytes (one word, roughly) only ends of tokens are considered. Costs about as much as what the limit can
    /// reach, however long the text is, unless that is one huge word or the like; what the options refuse is looked
    /// for there alone.</summary>
    /// <inheritdoc cref="GetPrefixLength(ReadOnlySpan{char}, int, EncodeOptions?, CancellationToken)"/>
    /// <returns>The start in chars, so that <c>text[start..]</c> is the suffix.</returns>
    public int GetSuffixStart(
        ReadOnlySpan<char> text,
        int maxTokens,
        EncodeOptions? options = null,
        CancellationToken cancellationToken = default)
    {
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

    /// <summary>The start of a text's longest suffix that has at most a number of ids when it is encoded by
    /// itself. It never begins inside a character or an allowed special token. Inside a piece of more than
    /// 512 bytes (one word, roughly) only ends of tokens are considered. Costs about as much as what the limit can
    /// reach, however long the text is, unless that is one huge word or the like; what the options refuse is looked
    /// for there alone.</summary>
    /// <inheritdoc cref="GetPrefixLength(ReadOnlySpan{byte}, int, EncodeOptions?, CancellationToken)"/>
    /// <returns>The start in bytes, so that <c>utf8[start..]</c> is the suffix.</returns>
    public int GetSuffixStart(
        ReadOnlySpan<byte> utf8,
        int maxTokens,
        EncodeOptions? options = null,
        CancellationToken cancellationToken = default)
    {
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

    /// <summary>More bytes than this can't have so few ids.</summary>
    private long MaxBytesOf(int ids)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ids);
        return (ids + 1L) * Math.Max(MaxTokenLength, _specials.MaxNameLength);
    }

    private int LongestPrefix(
        ReadOnlySpan<byte> utf8, int maxTokens, EncodeOptions options, CancellationToken cancellationToken)
    {
        // The text may have been cut to what the limit can reach, even inside a character or a special token;
        // both are beyond any prefix that fits.
        EncodeContext context = ContextOf(options, isFinal: true, cancellationToken);
        using PieceEndRecorder recorder = PieceEndRecorder.Record(context, utf8, maxTokens);
        return new Truncator(context, utf8, maxTokens, recorder.Pieces).LongestPrefix();
    }
}
