using System.Buffers;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe.Calls;
using Harmony.Bpe.Engine;
using Harmony.Bpe.Text;

namespace Harmony.Bpe;

public sealed partial class BpeTokenizer
{
    /// <summary>Encodes a text into an array.</summary>
    /// <param name="text">UTF-16. Lone surrogates become U+FFFD.</param>
    /// <param name="options">What to do with special text; <see cref="EncodeOptions.Default"/> if
    /// null.</param>
    /// <param name="cancellationToken">Stops the work with an
    /// <see cref="OperationCanceledException"/>.</param>
    /// <returns>The ids. Allocates only this array.</returns>
    /// <exception cref="SpecialTokenException">The text spells a special token that the options
    /// refuse.</exception>
    /// <example><code>
    /// int[] ids = BpeTokenizer.O200kHarmony.Encode("done&lt;|end|&gt;", EncodeOptions.Allow("&lt;|end|&gt;"));
    /// </code></example>
    public int[] Encode(
        ReadOnlySpan<char> text, EncodeOptions? options = null, CancellationToken cancellationToken = default)
    {
        var sink = new PooledSink(PooledSink.CapacityFor(text.Length));
        try
        {
            EncodeAll(text, options, ref sink, cancellationToken);
            return sink.Ids.ToArray();
        }
        finally
        {
            sink.Dispose();
        }
    }

    /// <summary>Encodes a text into an array.</summary>
    /// <param name="utf8">UTF-8. Malformed bytes are encoded as they are, unless the options refuse
    /// them.</param>
    /// <inheritdoc cref="Encode(ReadOnlySpan{char}, EncodeOptions?, CancellationToken)"/>
    /// <param name="options">What to do with special text and malformed UTF-8;
    /// <see cref="EncodeOptions.Default"/> if null.</param>
    /// <param name="cancellationToken">Stops the work with an
    /// <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="SpecialTokenException">The text spells a special token that the options
    /// refuse.</exception>
    /// <exception cref="InvalidUtf8Exception">The bytes are malformed UTF-8 and the options refuse
    /// that.</exception>
    public int[] Encode(
        ReadOnlySpan<byte> utf8, EncodeOptions? options = null, CancellationToken cancellationToken = default)
    {
        var sink = new PooledSink(PooledSink.CapacityFor(utf8.Length));
        try
        {
            EncodeAll(utf8, options, ref sink, cancellationToken);
            return sink.Ids.ToArray();
        }
        finally
        {
            sink.Dispose();
        }
    }

    /// <summary>Encodes a text into pooled memory, which the caller disposes of.</summary>
    /// <inheritdoc cref="Encode(ReadOnlySpan{char}, EncodeOptions?, CancellationToken)"/>
    /// <returns>The ids; the memory has exactly their length. Allocates only the owner object.</returns>
    public MemoryOwner<int> EncodePooled(
        ReadOnlySpan<char> text, EncodeOptions? options = null, CancellationToken cancellationToken = default)
    {
        var sink = new PooledSink(PooledSink.CapacityFor(text.Length));
        try
        {
            EncodeAll(text, options, ref sink, cancellationToken);
            return sink.ToPooled();
        }
        finally
        {
            sink.Dispose();
        }
    }

    /// <summary>Encodes a text into pooled memory, which the caller disposes of.</summary>
    /// <inheritdoc cref="Encode(ReadOnlySpan{byte}, EncodeOptions?, CancellationToken)"/>
    /// <returns>The ids; the memory has exactly their length. Allocates only the owner object.</returns>
    public MemoryOwner<int> EncodePooled(
        ReadOnlySpan<byte> utf8, EncodeOptions? options = null, CancellationToken cancellationToken = default)
    {
        var sink = new PooledSink(PooledSink.CapacityFor(utf8.Length));
        try
        {
            EncodeAll(utf8, options, ref sink, cancellationToken);
            return sink.ToPooled();
        }
        finally
        {
            sink.Dispose();
        }
    }

    /// <summary>Encodes a text into a buffer writer. Throws before anything is written if the options refuse
    /// the text.</summary>
    /// <param name="text">UTF-16. Lone surrogates become U+FFFD.</param>
    /// <param name="writer">Receives the ids.</param>
    /// <param name="options">What to do with special text; <see cref="EncodeOptions.Default"/> if
    /// null.</param>
    /// <param name="cancellationToken">Stops the work with an <see cref="OperationCanceledException"/>; the
    /// ids written so far stay written.</param>
    /// <returns>The number of ids written. Does not allocate.</returns>
    /// <exception cref="SpecialTokenException">The text spells a special token that the options
    /// refuse.</exception>
    public int Encode(
        ReadOnlySpan<char> text,
        IBufferWriter<int> writer,
        EncodeOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var sink = new WriterSink(writer);
        EncodeAll(text, options, ref sink, cancellationToken);
        return sink.Written;
    }

    /// <summary>Encodes a text into a buffer writer. Throws before anything is written if the options refuse
    /// the text.</summary>
    /// <param name="utf8">UTF-8. Malformed bytes are encoded as they are, unless the options refuse
    /// them.</param>
    /// <param name="writer">Receives the ids.</param>
    /// <param name="options">What to do with special text and malformed UTF-8;
    /// <see cref="EncodeOptions.Default"/> if null.</param>
    /// <param name="cancellationToken">Stops the work with an <see cref="OperationCanceledException"/>; the
    /// ids written so far stay written.</param>
    /// <returns>The number of ids written. Does not allocate.</returns>
    /// <exception cref="SpecialTokenException">The text spells a special token that the options
    /// refuse.</exception>
    /// <exception cref="InvalidUtf8Exception">The bytes are malformed UTF-8 and the options refuse
    /// that.</exception>
    public int Encode(
        ReadOnlySpan<byte> utf8,
        IBufferWriter<int> writer,
        EncodeOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var sink = new WriterSink(writer);
        EncodeAll(utf8, options, ref sink, cancellationToken);
        return sink.Written;
    }

    /// <summary>Encodes as much of a text as fits into the destination and cannot change with more
    /// text.</summary>
    /// <param name="text">UTF-16. Lone surrogates become U+FFFD.</param>
    /// <param name="destination">Receives the ids, whole pieces (words, roughly) at a time.</param>
    /// <param name="charsConsumed">The number of chars that the ids stand for; continue after them.</param>
    /// <param name="idsWritten">The number of ids written.</param>
    /// <param name="options">What to do with special text; <see cref="EncodeOptions.Default"/> if
    /// null.</param>
    /// <param name="isFinalBlock">Whether the text ends here. If not, what more text could change is not
    /// consumed: prepend it to the next block.</param>
    /// <param name="cancellationToken">Stops the work with an
    /// <see cref="OperationCanceledException"/>.</param>
    /// <returns> <see cref="OperationStatus.Done"/> if the whole text is encoded.
    /// <see cref="OperationStatus.DestinationTooSmall"/> if the next piece does not fit: call again with the
    /// rest of the text; if nothing was written, with a larger destination. The ids are those of one call.
    /// <see cref="OperationStatus.NeedMoreData"/> if the rest waits for the next block. Does not allocate.
    /// </returns>
    /// <exception cref="SpecialTokenException">A special token that the options refuse starts in the text
    /// that the call would consume; nothing was written. The text after that is checked by the call that
    /// consumes it, or by <c>ThrowIfRefused</c>.</exception>
    public OperationStatus Encode(
        ReadOnlySpan<char> text,
        Span<int> destination,
        out int charsConsumed,
        out int idsWritten,
        EncodeOptions? options = null,
        bool isFinalBlock = true,
        CancellationToken cancellationToken = default)
    {
        charsConsumed = 0;
        idsWritten = 0;
        options ??= EncodeOptions.Default;
        if (!options.RefusesAny
            || (IsRoomFor(text.Length, destination)
                && SpecialFinder.FindRefused(text, 0, text.Length, options, cancellationToken) is null))
        {
            return EncodeInto(
                text, destination, out charsConsumed, out idsWritten, options, isFinalBlock, cancellationToken);
        }

        using SpanOwner<int> ids = SpanOwner<int>.Allocate(RoomFor(MaxIdsPerChar * (long)text.Length, destination));
        OperationStatus status = EncodeInto(
            text, ids.Span, out int consumed, out int written, options, isFinalBlock, cancellationToken);
        ThrowIfRefused(text, 0, consumed, options, cancellationToken);
        ids.Span[..written].CopyTo(destination);
        charsConsumed = consumed;
        idsWritten = written;
        return status;
    }

    private OperationStatus EncodeInto(
        ReadOnlySpan<char> text,
        Span<int> destination,
        out int charsConsumed,
        out int idsWritten,
        EncodeOptions options,
        bool isFinalBlock,
        CancellationToken cancellationToken)
    {
        var sink = new SpanSink(destination);
        OperationStatus status = Utf16Encoder.Encode(
            ContextOf(options, isFinalBlock, cancellationToken), text, ref sink, out charsConsumed);
        idsWritten = sink.Written;
        return status;
    }

    /// <summary>Encodes as much of a text as fits into the destination and cannot change with more
    /// text.</summary>
    /// <param name="utf8">UTF-8. Malformed bytes are encoded as they are, unless the options refuse
    /// them.</param>
    /// <param name="destination">Receives the ids, whole pieces (words, roughly) at a time.</param>
    /// <param name="bytesConsumed">The number of bytes that the ids stand for; continue after them.</param>
    /// <param name="idsWritten">The number of ids written.</param>
    /// <param name="options">What to do with special text and malformed UTF-8;
    /// <see cref="EncodeOptions.Default"/> if null.</param>
    /// <param name="isFinalBlock">Whether the text ends here. If not, what more text could change is not
    /// consumed: prepend it to the next block.</param>
    /// <param name="cancellationToken">Stops the work with an
    /// <see cref="OperationCanceledException"/>.</param>
    /// <inheritdoc
    /// cref="Encode(ReadOnlySpan{char}, Span{int}, out int, out int, EncodeOptions, bool, CancellationToken)"
    /// path="/returns"/>
    /// <exception cref="SpecialTokenException">A special token that the options refuse starts in the text
    /// that the call would consume; nothing was written. The text after that is checked by the call that
    /// consumes it, or by <c>ThrowIfRefused</c>.</exception>
    /// <exception cref="InvalidUtf8Exception">The bytes that the call would consume are malformed UTF-8 and
    /// the options refuse that; nothing was written.</exception>
    public OperationStatus Encode(
        ReadOnlySpan<byte> utf8,
        Span<int> destination,
        out int bytesConsumed,
        out int idsWritten,
        EncodeOptions? options = null,
        bool isFinalBlock = true,
        CancellationToken cancellationToken = default)
    {
        bytesConsumed = 0;
        idsWritten = 0;
        options ??= EncodeOptions.Default;
        if ((!options.RefusesAny && !options.RejectInvalidUtf8)
            || (IsRoomFor(utf8.Length, destination)
                && FindRefusal(utf8, 0, utf8.Length, options, cancellationToken) is null))
        {
            return EncodeInto(
                utf8, destination, out bytesConsumed, out idsWritten, options, isFinalBlock, cancellationToken);
        }

        using SpanOwner<int> ids = SpanOwner<int>.Allocate(RoomFor(utf8.Length, destination));
        OperationStatus status = EncodeInto(
            utf8, ids.Span, out int consumed, out int written, options, isFinalBlock, cancellationToken);
        ThrowIfRefused(utf8, 0, consumed, options, cancellationToken);
        ids.Span[..written].CopyTo(destination);
        bytesConsumed = consumed;
        idsWritten = written;
        return status;
    }

    private OperationStatus EncodeInto(
        ReadOnlySpan<byte> utf8,
        Span<int> destination,
        out int bytesConsumed,
        out int idsWritten,
        EncodeOptions options,
        bool isFinalBlock,
        CancellationToken cancellationToken)
    {
        var sink = new SpanSink(destination);
        OperationStatus status = TextEncoder.Encode(
            ContextOf(options, isFinalBlock, cancellationToken), utf8, ref sink, out bytesConsumed);
        idsWritten = sink.Written;
        return status;
    }

    /// <summary>Whether the destination is large enough that the whole text may be checked for what the
    /// options refuse. If not, the text is encoded into other memory first, and only what that consumes is
    /// checked: a call with a small destination must not pay for the whole text.</summary>
    private static bool IsRoomFor(int length, ReadOnlySpan<int> destination)
    {
        const int FewPerId = 16;
        return length / FewPerId <= destination.Length;
    }

    // The ids that fit into the destination, which may be larger than the text needs.
    private static int RoomFor(long maxIds, ReadOnlySpan<int> destination) =>
        (int)Math.Min(maxIds, destination.Length);

    /// <summary>Throws if the options refuse any of a text. Call it before encoding a text in parts, to
    /// encode all of it or nothing.</summary>
    /// <param name="text">UTF-16.</param>
    /// <param name="options">What to do with special text; <see cref="EncodeOptions.Default"/> if
    /// null.</param>
    /// <param name="cancellationToken">Stops the search with an
    /// <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="SpecialTokenException">The text spells a special token that the options
    /// refuse.</exception>
    public void ThrowIfRefused(
        ReadOnlySpan<char> text, EncodeOptions? options = null, CancellationToken cancellationToken = default) =>
        ThrowIfRefused(text, 0, text.Length, options ?? EncodeOptions.Default, cancellationToken);

    /// <summary>Throws if the options refuse any of a text. Call it before encoding a text in parts, to
    /// encode all of it or nothing.</summary>
    /// <param name="utf8">UTF-8.</param>
    /// <param name="options">What to do with special text and malformed UTF-8;
    /// <see cref="EncodeOptions.Default"/> if null.</param>
    /// <param name="cancellationToken">Stops the search with an
    /// <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="SpecialTokenException">The text spells a special token that the options
    /// refuse.</exception>
    /// <exception cref="InvalidUtf8Exception">The bytes are malformed UTF-8 and the options refuse
    /// that.</exception>
    public void ThrowIfRefused(
        ReadOnlySpan<byte> utf8, EncodeOptions? options = null, CancellationToken cancellationToken = default) =>
        ThrowIfRefused(utf8, 0, utf8.Length, options ?? EncodeOptions.Default, cancellationToken);

    /// <summary>Encodes a whole text into a sink.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">What to do with special text.</param>
    /// <param name="sink">Receives the ids.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <param name="reach">The most of the text that the sink can take; what follows is not checked for what
    /// the options refuse.</param>
    /// <returns>False if the sink stopped.</returns>
    internal bool EncodeAll<TSink>(
        ReadOnlySpan<char> text,
        EncodeOptions? options,
        scoped ref TSink sink,
        CancellationToken cancellationToken,
        long reach = long.MaxValue)
        where TSink : struct, ITokenSink, allows ref struct
    {
        options ??= EncodeOptions.Default;
        ThrowIfRefused(text, 0, (int)Math.Min(text.Length, reach), options, cancellationToken);
        OperationStatus status = Utf16Encoder.Encode(
            ContextOf(options, isFinal: true, cancellationToken), text, ref sink, out _);
        return status == OperationStatus.Done;
    }

    /// <summary>The same for UTF-8.</summary>
    internal bool EncodeAll<TSink>(
        ReadOnlySpan<byte> utf8,
        EncodeOptions? options,
        scoped ref TSink sink,
        CancellationToken cancellationToken,
        long reach = long.MaxValue)
        where TSink : struct, ITokenSink, allows ref struct
    {
        options ??= EncodeOptions.Default;
        ThrowIfRefused(utf8, 0, (int)Math.Min(utf8.Length, reach), options, cancellationToken);
        OperationStatus status = TextEncoder.Encode(
            ContextOf(options, isFinal: true, cancellationToken), utf8, ref sink, out _);
        return status == OperationStatus.Done;
    }

    /// <summary>What the encoders need to know of a call.</summary>
    internal EncodeContext ContextOf(EncodeOptions options, bool isFinal, CancellationToken cancellationToken) =>
        new(_vocabulary, SpecialFinder, options, isFinal, cancellationToken);

    private void ThrowIfRefused(
        ReadOnlySpan<char> text, int start, int end, EncodeOptions options, CancellationToken cancellationToken)
    {
        if (SpecialFinder.FindRefused(text, start, end, options, cancellationToken) is { } refused)
        {
            throw refused;
        }
    }

    private void ThrowIfRefused(
        ReadOnlySpan<byte> utf8, int start, int end, EncodeOptions options, CancellationToken cancellationToken)
    {
        if (FindRefusal(utf8, start, end, options, cancellationToken) is { } refusal)
        {
            throw refusal;
        }
    }

    /// <summary>The exception for what the options refuse in a part of a text, or null. A character that the
    /// end of the part cuts belongs to the next part.</summary>
    private TokenizerException? FindRefusal(
        ReadOnlySpan<byte> utf8, int start, int end, EncodeOptions options, CancellationToken cancellationToken)
    {
        if (SpecialFinder.FindRefused(utf8, start, end, options, cancellationToken) is { } refused)
        {
            return refused;
        }

        if (!options.RejectInvalidUtf8)
        {
            return null;
        }

        end = Utf8Sequence.IsBoundary(utf8, end) ? end : end - Utf8Sequence.IncompleteTailLength(utf8[..end]);
        int invalid = Utf8Sequence.IndexOfInvalid(utf8[start..end], cancellationToken);
        return invalid < 0 ? null : new InvalidUtf8Exception(start + invalid);
    }
}
