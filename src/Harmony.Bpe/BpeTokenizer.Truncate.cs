using System.Text;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe.Engine;

namespace Harmony.Bpe;

public sealed partial class BpeTokenizer
{
    /// <summary>The length of a text's longest prefix that has at most so many ids when it is encoded by
    /// itself. It never ends inside a character or an allowed special token. Inside a piece of more than 512
    /// bytes (one word, roughly) only ends of tokens are considered.</summary>
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
        SpecialFinder.ThrowIfRefused(text, options);
        ReadOnlySpan<char> reachable = text[..(int)Math.Min(text.Length, MaxBytesOf(maxTokens))];
        using SpanOwner<byte> utf8 = Utf16Encoder.ToUtf8(reachable);
        int length = LongestPrefix(utf8.Span, maxTokens, options, cancellationToken);
        return Encoding.UTF8.GetCharCount(utf8.Span[..length]);
    }

    /// <summary>The length of a text's longest prefix that has at most so many ids when it is encoded by
    /// itself. It never ends inside a character or an allowed special token. Inside a piece of more than 512
    /// bytes (one word, roughly) only ends of tokens are considered.</summary>
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
        ThrowIfRefused(utf8, options, isFinalBlock: true);
        ReadOnlySpan<byte> reachable = utf8[..(int)Math.Min(utf8.Length, MaxBytesOf(maxTokens))];
        return LongestPrefix(reachable, maxTokens, options, cancellationToken);
    }

    /// <summary>The start of a text's longest suffix that has at most so many ids when it is encoded by
    /// itself. It never begins inside a character or an allowed special token. Inside a piece of more than
    /// 512 bytes (one word, roughly) only ends of tokens are considered.</summary>
    /// <inheritdoc cref="GetPrefixLength(ReadOnlySpan{char}, int, EncodeOptions?, CancellationToken)"/>
    /// <returns>The start in chars, so that <c>text[start..]</c> is the suffix.</returns>
    public int GetSuffixStart(
        ReadOnlySpan<char> text,
        int maxTokens,
        EncodeOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= EncodeOptions.Default;
        SpecialFinder.ThrowIfRefused(text, options);
        using SpanOwner<byte> utf8 = Utf16Encoder.ToUtf8(text);
        int start = LongestSuffix(utf8.Span, maxTokens, options, cancellationToken);
        return Encoding.UTF8.GetCharCount(utf8.Span[..start]);
    }

    /// <summary>The start of a text's longest suffix that has at most so many ids when it is encoded by
    /// itself. It never begins inside a character or an allowed special token. Inside a piece of more than
    /// 512 bytes (one word, roughly) only ends of tokens are considered.</summary>
    /// <inheritdoc cref="GetPrefixLength(ReadOnlySpan{byte}, int, EncodeOptions?, CancellationToken)"/>
    /// <returns>The start in bytes, so that <c>utf8[start..]</c> is the suffix.</returns>
    public int GetSuffixStart(
        ReadOnlySpan<byte> utf8,
        int maxTokens,
        EncodeOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= EncodeOptions.Default;
        ThrowIfRefused(utf8, options, isFinalBlock: true);
        return LongestSuffix(utf8, maxTokens, options, cancellationToken);
    }

    /// <summary>The first special token at or behind a position that the options allow.</summary>
    internal bool TryFindSpecial(
        ReadOnlySpan<byte> utf8, int start, EncodeOptions options, out SpecialTokenFinder.Match match) =>
        SpecialFinder.TryFindAllowed(utf8, start, options, out match);

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
        var map = new PieceMapSink(this, maxTokens, capacity: (int)Math.Min(maxTokens, utf8.Length));
        try
        {
            Map(utf8, options, ref map, cancellationToken);
            return new Truncation(this, utf8, options, maxTokens, map.Pieces, cancellationToken)
                .LongestPrefix();
        }
        finally
        {
            map.Dispose();
        }
    }

    private int LongestSuffix(
        ReadOnlySpan<byte> utf8, int maxTokens, EncodeOptions options, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxTokens);
        var map = new PieceMapSink(this, int.MaxValue, capacity: utf8.Length / 4);
        try
        {
            Map(utf8, options, ref map, cancellationToken);
            return new Truncation(this, utf8, options, maxTokens, map.Pieces, cancellationToken)
                .LongestSuffix();
        }
        finally
        {
            map.Dispose();
        }
    }

    private void Map(
        ReadOnlySpan<byte> utf8,
        EncodeOptions options,
        ref PieceMapSink map,
        CancellationToken cancellationToken) =>
        TextEncoder.Encode(
            _vocabulary, SpecialFinder, utf8, options, isFinal: true, ref map, out _, cancellationToken);
}
