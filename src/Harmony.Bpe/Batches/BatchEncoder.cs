using Harmony.Bpe.Calls;
using Harmony.Bpe.Kernels;
using Harmony.Bpe.Reference;
using Harmony.Bpe.Text;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Batches;

/// <summary>
/// Encodes a text in batches of about three kilobytes, each step for all pieces of a batch.
/// <see cref="WindowSplitter{TKernel}"/> splits windows of 64 bytes with vector kernels;
/// <see cref="PieceResolver"/> turns the pieces into ids. A piece that is too long for a window is split on
/// the reference path.
/// </summary>
internal static class BatchEncoder<TKernel>
    where TKernel : struct, IWindowKernel
{
    /// <summary>Encodes while the sink takes whole batches. The caller encodes what comes after
    /// <paramref name="consumed"/>: the undecided end of a text that is not final, or the rest of a text
    /// whose sink refused a batch.</summary>
    /// <param name="context">The call.</param>
    /// <param name="utf8">The text. Bytes that are not UTF-8 are encoded as they are.</param>
    /// <param name="sink">Receives the ids of many pieces at a time.</param>
    /// <param name="consumed">Where to start, in bytes; then the end of the last piece that the sink
    /// took.</param>
    public static void Encode<TSink>(
        in EncodeContext context, ReadOnlySpan<byte> utf8, scoped ref TSink sink, ref int consumed)
        where TSink : struct, ITokenSink, allows ref struct
    {
        // The bytes of a character that is still incomplete must not be taken for malformed ones.
        utf8 = context.IsFinal ? utf8 : utf8[..^Utf8Sequence.IncompleteTailLength(utf8)];
        BatchState state = BatchState.Rent(context.Vocabulary);
        try
        {
            bool isOneBatch = context.IsFinal && utf8.Length - consumed <= BatchLimits.MaxText;
            bool goesOn = isOneBatch || TryEncodeInside(state, context, utf8, ref sink, ref consumed);
            if (goesOn && context.IsFinal)
            {
                EncodeEnd(state, context, utf8, ref sink, ref consumed);
            }
        }
        finally
        {
            BatchState.Return(state);
        }
    }

    /// <summary>Encodes batches whose windows lie inside the text. The end of a final text is left: it fits
    /// into one batch.</summary>
    /// <returns>False if the sink stopped, or if more text could change the next piece.</returns>
    private static bool TryEncodeInside<TSink>(
        BatchState state,
        in EncodeContext context,
        ReadOnlySpan<byte> utf8,
        scoped ref TSink sink,
        ref int consumed)
        where TSink : struct, ITokenSink, allows ref struct
    {
        int needed = context.IsFinal ? BatchLimits.MaxText + 1 : WindowSplitter<TKernel>.Needed;
        while (utf8.Length - consumed >= needed)
        {
            int start = consumed;
            int end = start;
            int count = WindowSplitter<TKernel>.Split(
                state, context.Vocabulary.Classes, utf8, ref end, context.CancellationToken);
            if (count == 0)
            {
                if (!TryAddLongPiece(state, context, utf8, ref sink, ref consumed) || consumed == start)
                {
                    return false;
                }

                continue;
            }

            if (!TryAddBatch(state, context.Vocabulary, utf8, count, ref sink, out int taken))
            {
                consumed += taken;
                return false;
            }

            consumed = end;
            context.CancellationToken.ThrowIfCancellationRequested();
        }

        return true;
    }

    /// <summary>Encodes the end of a final text, from a copy that is padded with spaces.</summary>
    private static void EncodeEnd<TSink>(
        BatchState state,
        in EncodeContext context,
        ReadOnlySpan<byte> utf8,
        scoped ref TSink sink,
        ref int consumed)
        where TSink : struct, ITokenSink, allows ref struct
    {
        int tailStart = consumed;
        int length = utf8.Length - tailStart;
        ReadOnlySpan<byte> tail = state.FillTail(utf8[tailStart..]);
        while (consumed < utf8.Length)
        {
            int end = consumed - tailStart;
            int count = WindowSplitter<TKernel>.SplitTail(state, context.Vocabulary.Classes, length, ref end);
            if (count == 0)
            {
                if (!TryAddLongPiece(state, context, utf8, ref sink, ref consumed))
                {
                    return;
                }

                continue;
            }

            if (!TryAddBatch(state, context.Vocabulary, tail, count, ref sink, out int taken))
            {
                consumed += taken;
                return;
            }

            consumed = tailStart + end;
        }
    }

    /// <summary>Resolves a batch and gives its ids to the sink. If the sink refuses them, it is offered
    /// those of half of the pieces, then of a quarter more, and so on.</summary>
    /// <param name="state">Has the starts of the pieces.</param>
    /// <param name="vocabulary">The tables.</param>
    /// <param name="utf8">The text that the starts are positions in.</param>
    /// <param name="count">The number of pieces.</param>
    /// <param name="sink">Receives the ids.</param>
    /// <param name="taken">If the sink did not take all: how many bytes of the batch it took.</param>
    /// <returns>Whether the sink took the whole batch.</returns>
    private static bool TryAddBatch<TSink>(
        BatchState state,
        FrozenVocabulary vocabulary,
        ReadOnlySpan<byte> utf8,
        int count,
        scoped ref TSink sink,
        out int taken)
        where TSink : struct, ITokenSink, allows ref struct
    {
        taken = 0;
        ReadOnlySpan<int> ids = PieceResolver.Resolve(
            state, vocabulary, utf8, count, TSink.CountsOnly, out int overflows);
        if (sink.TryAdd(ids))
        {
            return true;
        }

        int first = 0;
        for (int part = count / 2; part > 0; part /= 2)
        {
            int some = PieceResolver.CountIds(state, first, part, overflows);
            if (sink.TryAdd(ids[..some]))
            {
                ids = ids[some..];
                first += part;
            }
        }

        taken = state.Split.StartOf(first) - state.Split.StartOf(0);
        return false;
    }

    /// <summary>Encodes one piece that is too long for a window: splits it on the reference path, then
    /// resolves it through the cache if it fits there.</summary>
    /// <returns>False if the sink stopped. If more text could change the piece, nothing is
    /// consumed.</returns>
    private static bool TryAddLongPiece<TSink>(
        BatchState state,
        in EncodeContext context,
        ReadOnlySpan<byte> utf8,
        scoped ref TSink sink,
        ref int consumed)
        where TSink : struct, ITokenSink, allows ref struct
    {
        int end = ReferenceEncoder.EndOfPiece(context, utf8, consumed);
        if (end == consumed)
        {
            return true;
        }

        ReadOnlySpan<byte> piece = utf8[consumed..end];
        ReadOnlySpan<int> ids = MissResolver.ResolveLong(state, context.Vocabulary, piece);
        bool added = ids.IsEmpty
            ? ReferenceEncoder.TryAddPiece(context, piece, ref sink)
            : sink.TryAdd(ids);
        consumed = added ? end : consumed;
        return added;
    }
}
