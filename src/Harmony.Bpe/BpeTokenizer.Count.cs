using Harmony.Bpe.Calls;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe;

public sealed partial class BpeTokenizer
{
    /// <summary>Counts a text's ids without storing them.</summary>
    /// <inheritdoc cref="Encode(ReadOnlySpan{char}, EncodeOptions?, CancellationToken)"/>
    /// <returns>The number of ids that <c>Encode</c> would return. Does not allocate.</returns>
    /// <exception cref="OverflowException">The text has more than 2^31 − 1 ids, or a piece (a word, roughly)
    /// of more than 2 GiB.</exception>
    public int Count(
        ReadOnlySpan<char> text, EncodeOptions? options = null, CancellationToken cancellationToken = default)
    {
        var sink = new CountSink(int.MaxValue);
        return EncodeAll(text, options, ref sink, cancellationToken) ? sink.Count : throw TooLong.Ids(int.MaxValue);
    }

    /// <summary>Counts a text's ids without storing them.</summary>
    /// <inheritdoc cref="Encode(ReadOnlySpan{byte}, EncodeOptions?, CancellationToken)"/>
    /// <returns>The number of ids that <c>Encode</c> would return. Does not allocate.</returns>
    /// <exception cref="OverflowException">The text has more than 2^31 − 1 ids, or a piece (a word, roughly)
    /// of more than 2 GiB.</exception>
    public int Count(
        ReadOnlySpan<byte> utf8, EncodeOptions? options = null, CancellationToken cancellationToken = default)
    {
        var sink = new CountSink(int.MaxValue);
        return EncodeAll(utf8, options, ref sink, cancellationToken) ? sink.Count : throw TooLong.Ids(int.MaxValue);
    }

    /// <summary>Whether a text has at most a number of ids. Stops at the first piece that exceeds it; only
    /// the text that this number of ids and one more can reach is checked for what the options
    /// refuse.</summary>
    /// <param name="text">UTF-16. Lone surrogates become U+FFFD.</param>
    /// <param name="maxTokens">The limit, in ids; not negative.</param>
    /// <param name="options">What to do with special text; <see cref="EncodeOptions.Default"/> if
    /// null.</param>
    /// <param name="cancellationToken">Stops the work with an
    /// <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    /// <exception cref="SpecialTokenException">The text spells a special token that the options
    /// refuse.</exception>
    public bool IsWithin(
        ReadOnlySpan<char> text,
        int maxTokens,
        EncodeOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxTokens);
        var sink = new CountSink(maxTokens);
        return EncodeAll(text, options, ref sink, cancellationToken, MaxBytesOf(maxTokens));
    }

    /// <summary>Whether a text has at most a number of ids. Stops at the first piece that exceeds it; only
    /// the text that this number of ids and one more can reach is checked for what the options
    /// refuse.</summary>
    /// <param name="utf8">UTF-8. Malformed bytes are encoded as they are, unless the options refuse
    /// them.</param>
    /// <param name="maxTokens">The limit, in ids; not negative.</param>
    /// <param name="options">What to do with special text and malformed UTF-8;
    /// <see cref="EncodeOptions.Default"/> if null.</param>
    /// <param name="cancellationToken">Stops the work with an
    /// <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    /// <exception cref="SpecialTokenException">The text spells a special token that the options
    /// refuse.</exception>
    /// <exception cref="InvalidUtf8Exception">The bytes are malformed UTF-8 and the options refuse
    /// that.</exception>
    public bool IsWithin(
        ReadOnlySpan<byte> utf8,
        int maxTokens,
        EncodeOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxTokens);
        var sink = new CountSink(maxTokens);
        return EncodeAll(utf8, options, ref sink, cancellationToken, MaxBytesOf(maxTokens));
    }
}
