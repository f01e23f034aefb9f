using System.Buffers;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe.Calls;
using Harmony.Bpe.Engine;
using Harmony.Bpe.Text;

namespace Harmony.Bpe;

public sealed partial class BpeTokenizer
{
    /// <summary>Encodes a text into an array.</summary>
    /// <param name="text">UTF-16; lone surrogates become U+FFFD.</param>
    /// <param name="options">What to do with special text; refuse it if null.</param>
    /// <param name="cancellationToken">Stops the work with an
    /// <see cref="OperationCanceledException"/>.</param>
    /// <returns>The ids; nothing but this array is allocated.</returns>
    /// <exception cref="SpecialTokenException">The text spells a special token that the options
    /// refuse.</exception>
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
    /// <param name="utf8">UTF-8; other bytes are kept unless the options refuse them.</param>
    /// <inheritdoc cref="Encode(ReadOnlySpan{char}, EncodeOptions?, CancellationToken)"/>
    /// <param name="options">What to do with special text, which is refused if null, and with malformed
    /// UTF-8.</param>
    /// <param name="cancellationToken">Stops the work with an
    /// <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="SpecialTokenException">The text spells a special token that the options
    /// refuse.</exception>
    /// <exception cref="InvalidUtf8Exception">The bytes are not UTF-8 and the options refuse
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

    /// <summary>Encodes a text into pooled memory, which the caller gives back by disposing of it.</summary>
    /// <inheritdoc cref="Encode(ReadOnlySpan{char}, EncodeOptions?, CancellationToken)"/>
    /// <returns>The ids, exactly; only the owner object is allocated.</returns>
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

    /// <summary>Encodes a text into pooled memory, which the caller gives back by disposing of it.</summary>
    /// <inheritdoc cref="Encode(ReadOnlySpan{byte}, EncodeOptions?, CancellationToken)"/>
    /// <returns>The ids, exactly; only the owner object is allocated.</returns>
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

    /// <summary>Encodes a text into a buffer writer. What the options refuse is found before anything is
    /// written.</summary>
    /// <param name="text">UTF-16; lone surrogates become U+FFFD.</param>
    /// <param name="writer">Receives the ids.</param>
    /// <param name="options">What to do with special text; refuse it if null.</param>
    /// <param name="cancellationToken">Stops the work with an <see cref="OperationCanceledException"/>; the
    /// ids written until then stay written.</param>
    /// <returns>How many ids were written. Does not allocate.</returns>
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

    /// <summary>Encodes a text into a buffer writer. What the options refuse is found before anything is
    /// written.</summary>
    /// <param name="utf8">UTF-8; other bytes are kept unless the options refuse them.</param>
    /// <param name="writer">Receives the ids.</param>
    /// <param name="options">What to do with special text, which is refused if null, and with malformed
    /// UTF-8.</param>
    /// <param name="cancellationToken">Stops the work with an <see cref="OperationCanceledException"/>; the
    /// ids written until then stay written.</param>
    /// <returns>How many ids were written. Does not allocate.</returns>
    /// <exception cref="SpecialTokenException">The text spells a special token that the options
    /// refuse.</exception>
    /// <exception cref="InvalidUtf8Exception">The bytes are not UTF-8 and the options refuse
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

    /// <summary>Encodes as much of a text as the destination holds and the text decides.</summary>
    /// <param name="text">UTF-16; lone surrogates become U+FFFD.</param>
    /// <param name="destination">Receives the ids. Pieces (words, roughly) are written whole or not at
    /// all.</param>
    /// <param name="charsConsumed">How many chars the written ids stand for; encoding goes on behind
    /// them.</param>
    /// <param name="idsWritten">How many ids were written.</param>
    /// <param name="options">What to do with special text; refuse it if null.</param>
    /// <param name="isFinalBlock">Whether the text ends here. If not, what more text could change is left:
    /// prepend it to the next block.</param>
    /// <param name="cancellationToken">Stops the work with an
    /// <see cref="OperationCanceledException"/>.</param>
    /// <returns> <see cref="OperationStatus.Done"/> if all of the text is encoded;
    /// <see cref="OperationStatus.DestinationTooSmall"/> if the next piece does not fit: call again with the
    /// rest of the text and more room (if nothing was written, more than there was), and the ids are the same
    /// as those of one call; <see cref="OperationStatus.NeedMoreData"/> if the rest waits for the next block.
    /// Does not allocate.
    /// </returns>
    /// <exception cref="SpecialTokenException">The text that the call would consume spells, or begins to spell, a
    /// special token that the options refuse; nothing was written. What comes after that is looked at by the call
    /// that consumes it, or by <c>ThrowIfRefused</c>.</exception>
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

    /// <summary>Encodes as much of a text as the destination holds and the text decides.</summary>
    /// <param name="utf8">UTF-8; other bytes are kept unless the options refuse them.</param>
    /// <param name="destination">Receives the ids. Pieces (words, roughly) are written whole or not at
    /// all.</param>
    /// <param name="bytesConsumed">How many bytes the written ids stand for; encoding goes on behind
    /// them.</param>
    /// <param name="idsWritten">How many ids were written.</param>
    /// <param name="options">What to do with special text, which is refused if null, and with malformed
    /// UTF-8.</param>
    /// <param name="isFinalBlock">Whether the text ends here. If not, what more text could change is left:
    /// prepend it to the next block.</param>
    /// <param name="cancellationToken">Stops the work with an
    /// <see cref="OperationCanceledException"/>.</param>
    /// <inheritdoc
    /// cref="Encode(ReadOnlySpan{char}, Span{int}, out int, out int, EncodeOptions, bool, CancellationToken)"
    /// path="/returns"/>
    /// <exception cref="SpecialTokenException">The text that the call would consume spells, or begins to spell, a
    /// special token that the options refuse; nothing was written. What comes after that is looked at by the call
    /// that consumes it, or by <c>ThrowIfRefused</c>.</exception>
    /// <exception cref="InvalidUtf8Exception">The bytes that the call would consume are not UTF-8 and the options
    /// refuse that; nothing was written.</exception>
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

    /// <summary>Whether so much of a text may be encoded that all of it can be searched for what the options refuse.
    /// If not, it is encoded aside, and only what that consumes is searched: a call with little room must not pay
    /// for all of the text.</summary>
    private static bool IsRoomFor(int length, ReadOnlySpan<int> destination)
    {
        const int FewPerId = 16;
        return length / FewPerId <= destination.Length;
    }

    // Room for the same ids as in the destination, which may be larger than the text needs.
    private static int RoomFor(long maxIds, ReadOnlySpan<int> destination) =>
        (int)Math.Min(maxIds, destination.Length);

    /// <summary>Throws what encoding all of a text would throw because of the options. For whoever encodes a text
    /// in parts and wants none of them if one is refused.</summary>
    /// <param name="text">UTF-16.</param>
    /// <param name="options">What to do with special text; refuse it if null.</param>
    /// <param name="cancellationToken">Stops the search with an
    /// <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="SpecialTokenException">The text spells a special token that the options
    /// refuse.</exception>
    public void ThrowIfRefused(
        ReadOnlySpan<char> text, EncodeOptions? options = null, CancellationToken cancellationToken = default) =>
        ThrowIfRefused(text, 0, text.Length, options ?? EncodeOptions.Default, cancellationToken);

    /// <summary>Throws what encoding all of a text would throw because of the options. For whoever encodes a text
    /// in parts and wants none of them if one is refused.</summary>
    /// <param name="utf8">UTF-8.</param>
    /// <param name="options">What to do with special text, which is refused if null, and with malformed
    /// UTF-8.</param>
    /// <param name="cancellationToken">Stops the search with an
    /// <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="SpecialTokenException">The text spells a special token that the options
    /// refuse.</exception>
    /// <exception cref="InvalidUtf8Exception">The bytes are not UTF-8 and the options refuse
    /// that.</exception>
    public void ThrowIfRefused(
        ReadOnlySpan<byte> utf8, EncodeOptions? options = null, CancellationToken cancellationToken = default) =>
        ThrowIfRefused(utf8, 0, utf8.Length, options ?? EncodeOptions.Default, cancellationToken);

    /// <summary>Feeds a text to a sink; false if the sink stopped.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">What to do with special text.</param>
    /// <param name="sink">Takes the ids.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <param name="reach">How far the sink can come: what is refused after that is not looked for.</param>
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

    /// <summary>The error if a part of a text has what the options refuse, or null. A character of which the part
    /// has only the beginning, though the text goes on, belongs to what follows.</summary>
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
