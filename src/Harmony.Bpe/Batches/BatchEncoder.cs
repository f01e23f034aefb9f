using Harmony.Bpe.Calls;
using Harmony.Bpe.Engine;
using Harmony.Bpe.Kernels;
using Harmony.Bpe.Pretokenization;
using Harmony.Bpe.Text;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Batches;

/// <summary>
/// <see cref="OrdinaryEncoder"/> in batches of a few kilobytes: windows are split by vector kernels, pieces
/// are resolved together. What does not fit into windows goes through the definition, one piece at a time.
/// </summary>
internal static class BatchEncoder<TKernel>
    where TKernel : struct, IWindowKernel
{
    /// <summary>Encodes batches while the sink takes them whole, with the parameters of
    /// <see cref="OrdinaryEncoder.Encode"/>. The caller encodes what is behind <paramref name="consumed"/>:
    /// the rest of a text that is not final, or of one whose sink did not take a batch.</summary>
    public static void Encode<TSink>(
        FrozenVocabulary vocabulary,
        ReadOnlySpan<byte> utf8,
        bool isFinal,
        scoped ref TSink sink,
        out int consumed,
        CancellationToken cancellationToken)
        where TSink : struct, ITokenSink, allows ref struct
    {
        // A character that is not all there yet must not be taken for bytes that belong to none.
        utf8 = isFinal ? utf8 : utf8[..^Utf8Sequence.IncompleteTailLength(utf8)];
        consumed = 0;
        BatchState state = BatchState.Rent(vocabulary);
        try
        {
            // The end of the text, if it is the text's end, is left to the last batch.
            int needed = isFinal ? BatchState.MaxText + 1 : WindowSplitter<TKernel>.Needed;
            while (utf8.Length - consumed >= needed)
            {
                int end = consumed;
                int count = WindowSplitter<TKernel>.Split(
                    state, vocabulary.Classes, utf8, ref end, cancellationToken);
                if (count == 0)
                {
                    if (!TryEncodePiece(
                            state, vocabulary, utf8, isFinal, ref sink, ref consumed, cancellationToken)
                        || consumed == end)
                    {
                        return;
                    }

                    continue;
                }

                if (!TryAddBatch(state, vocabulary, utf8, count, ref sink, out int taken))
                {
                    consumed += taken;
                    return;
                }

                consumed = end;
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (isFinal)
            {
                EncodeTail(state, vocabulary, utf8, ref sink, ref consumed, cancellationToken);
            }
        }
        finally
        {
            BatchState.Return(state);
        }
    }

    private static void EncodeTail<TSink>(
        BatchState state,
        FrozenVocabulary vocabulary,
        ReadOnlySpan<byte> utf8,
        scoped ref TSink sink,
        ref int consumed,
        CancellationToken cancellationToken)
        where TSink : struct, ITokenSink, allows ref struct
    {
        int tailStart = consumed;
        int length = utf8.Length - tailStart;
        ReadOnlySpan<byte> tail = state.FillTail(utf8[tailStart..]);
        while (consumed < utf8.Length)
        {
            int end = consumed - tailStart;
            int count = WindowSplitter<TKernel>.SplitTail(state, vocabulary.Classes, length, ref end);
            if (count == 0)
            {
                if (!TryEncodePiece(
                        state, vocabulary, utf8, isFinal: true, ref sink, ref consumed, cancellationToken))
                {
                    return;
                }

                continue;
            }

            if (!TryAddBatch(state, vocabulary, tail, count, ref sink, out int taken))
            {
                consumed += taken;
                return;
            }

            consumed = tailStart + end;
        }
    }

    /// <summary>Resolves a batch and hands it to the sink; if the sink does not take it, then a half of it, a
    /// quarter more, and so on, so that the definition is left with a few pieces.</summary>
    /// <param name="state">Has the pieces' starts.</param>
    /// <param name="vocabulary">The tables.</param>
    /// <param name="utf8">The text that the starts are places of.</param>
    /// <param name="count">How many pieces there are.</param>
    /// <param name="sink">Takes the ids.</param>
    /// <param name="taken">How many bytes of the batch the sink took, if it did not take all.</param>
    /// <returns>Whether the sink took the batch.</returns>
    private static bool TryAddBatch<TSink>(
        BatchState state,
        FrozenVocabulary vocabulary,
        ReadOnlySpan<byte> utf8,
        int count,
        scoped ref TSink sink,
        out int taken)
        where TSink : struct, ITokenSink, allows ref struct
    {
        const int Few = 4;
        taken = 0;
        if (sink.TryAdd(PieceResolver.Resolve(state, vocabulary, utf8, 0, count, TSink.CountsOnly)))
        {
            return true;
        }

        int first = 0;
        for (int part = count / 2; part >= Few; part /= 2)
        {
            if (sink.TryAdd(PieceResolver.Resolve(state, vocabulary, utf8, first, part, TSink.CountsOnly)))
            {
                first += part;
            }
        }

        taken = state.StartOf(first) - state.StartOf(0);
        return false;
    }

    /// <summary>Encodes a piece that is split by the definition, but resolved through the cache if it can
    /// be.</summary>
    private static bool TryEncodePiece<TSink>(
        BatchState state,
        FrozenVocabulary vocabulary,
        ReadOnlySpan<byte> utf8,
        bool isFinal,
        scoped ref TSink sink,
        ref int consumed,
        CancellationToken cancellationToken)
        where TSink : struct, ITokenSink, allows ref struct
    {
        var splitter = new PieceSplitter(utf8, vocabulary.Classes, cancellationToken);
        int end = splitter.EndOfPiece(consumed);
        if (splitter.ReachedEnd && !isFinal)
        {
            return true;
        }

        ReadOnlySpan<byte> piece = utf8[consumed..end];
        ReadOnlySpan<int> ids = MissResolver.ResolveLong(state, vocabulary, piece);
        bool added = !ids.IsEmpty
            ? sink.TryAdd(ids)
            : OrdinaryEncoder.TryAddPiece(vocabulary, piece, ref sink, cancellationToken);
        if (!added)
        {
            return false;
        }

        consumed = end;
        return true;
    }
}
