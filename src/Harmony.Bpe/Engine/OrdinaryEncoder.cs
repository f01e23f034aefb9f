using System.Buffers;
using System.Runtime.Intrinsics;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe.Batches;
using Harmony.Bpe.Calls;
using Harmony.Bpe.Kernels;
using Harmony.Bpe.Machine;
using Harmony.Bpe.Pretokenization;
using Harmony.Bpe.Reference;
using Harmony.Bpe.Text;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Engine;

/// <summary>Text without special tokens to ids: split, look the piece up, else merge it, hand the ids
/// on.</summary>
internal static class OrdinaryEncoder
{
    private const int PiecesBetweenCancellationChecks = 4096;

    /// <summary>The first so many bytes of a process, if they come in small texts, go through the
    /// definition.</summary>
    private const int WarmUpLength = 4096;

    private static int _warmUp;

    /// <summary>Encodes pieces until the text ends or the sink has had enough.</summary>
    /// <param name="vocabulary">The tables.</param>
    /// <param name="utf8">The text; bytes that are not UTF-8 are encoded as they are.</param>
    /// <param name="isFinal">Whether the text ends here. If not, pieces that more text could change are
    /// left.</param>
    /// <param name="sink">Takes the ids.</param>
    /// <param name="consumed">How many bytes the sink's ids stand for: always the end of a piece.</param>
    /// <param name="cancellationToken">Stops between pieces, and inside very long ones.</param>
    /// <returns><see cref="OperationStatus.Done"/> at the end of the text,
    /// <see cref="OperationStatus.NeedMoreData"/> where more text must decide,
    /// <see cref="OperationStatus.DestinationTooSmall"/> where the sink stopped.</returns>
    public static OperationStatus Encode<TSink>(
        FrozenVocabulary vocabulary,
        ReadOnlySpan<byte> utf8,
        bool isFinal,
        scoped ref TSink sink,
        out int consumed,
        CancellationToken cancellationToken)
        where TSink : struct, ITokenSink, allows ref struct
    {
        consumed = 0;
        if (!TSink.NeedsPieces && !WarmUp.Covers(ref _warmUp, WarmUpLength, utf8.Length))
        {
            EncodeBatches(vocabulary, utf8, isFinal, ref sink, out consumed, cancellationToken);
        }

        OperationStatus status = OperationStatus.Done;
        for (int pieces = 1; consumed < utf8.Length; pieces++)
        {
            int before = consumed;
            if (!TryEncodePiece(vocabulary, utf8, isFinal, ref sink, ref consumed, cancellationToken))
            {
                status = OperationStatus.DestinationTooSmall;
                break;
            }

            if (consumed == before)
            {
                status = OperationStatus.NeedMoreData;
                break;
            }

            if (pieces % PiecesBetweenCancellationChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        // All work with the tables' pointers happens above, and they keep nothing alive: without this, the
        // vocabulary of a tokenizer that nobody else holds could be collected while it is read. Nothing reads
        // it on the way out of an exception.
        GC.KeepAlive(vocabulary);
        return status;
    }

    /// <summary>Encodes one piece by the definition. <paramref name="consumed"/> is where it starts, then
    /// where it ends; unchanged if more text could change the piece.</summary>
    /// <returns>False if the sink stopped.</returns>
    private static bool TryEncodePiece<TSink>(
        FrozenVocabulary vocabulary,
        ReadOnlySpan<byte> utf8,
        bool isFinal,
        scoped ref TSink sink,
        ref int consumed,
        CancellationToken cancellationToken)
        where TSink : struct, ITokenSink, allows ref struct
    {
        if (!isFinal)
        {
            utf8 = utf8[..^Utf8Sequence.IncompleteTailLength(utf8)];
        }

        if (consumed >= utf8.Length)
        {
            return true;
        }

        var splitter = new PieceSplitter(utf8, vocabulary.Classes, cancellationToken);
        int end = splitter.EndOfPiece(consumed);
        if (splitter.ReachedEnd && !isFinal)
        {
            return true;
        }

        if (!TryAddPiece(vocabulary, utf8[consumed..end], ref sink, cancellationToken))
        {
            return false;
        }

        consumed = end;
        return true;
    }

    /// <summary>Looks a piece up, else merges it, and hands its ids on. The caller keeps the vocabulary
    /// alive.</summary>
    /// <returns>False if the sink stopped.</returns>
    public static bool TryAddPiece<TSink>(
        FrozenVocabulary vocabulary,
        ReadOnlySpan<byte> piece,
        scoped ref TSink sink,
        CancellationToken cancellationToken)
        where TSink : struct, ITokenSink, allows ref struct
    {
        int id = vocabulary.Pieces.Find(piece);
        return id >= 0 ? sink.TryAdd(id) : TryAddMerged(vocabulary, piece, ref sink, cancellationToken);
    }

    /// <summary>Picks the kernel for this processor: the one place where it is chosen.</summary>
    private static void EncodeBatches<TSink>(
        FrozenVocabulary vocabulary,
        ReadOnlySpan<byte> utf8,
        bool isFinal,
        scoped ref TSink sink,
        out int consumed,
        CancellationToken cancellationToken)
        where TSink : struct, ITokenSink, allows ref struct
    {
        if (Avx512WindowKernel.IsSupported)
        {
            BatchEncoder<Avx512WindowKernel>.Encode(
                vocabulary, utf8, isFinal, ref sink, out consumed, cancellationToken);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            BatchEncoder<Vector256WindowKernel>.Encode(
                vocabulary, utf8, isFinal, ref sink, out consumed, cancellationToken);
        }
        else
        {
            BatchEncoder<ScalarWindowKernel>.Encode(
                vocabulary, utf8, isFinal, ref sink, out consumed, cancellationToken);
        }
    }

    private static bool TryAddMerged<TSink>(
        FrozenVocabulary vocabulary,
        ReadOnlySpan<byte> piece,
        scoped ref TSink sink,
        CancellationToken cancellationToken)
        where TSink : struct, ITokenSink, allows ref struct
    {
        const int OrdinaryLength = 128;
        if (piece.Length <= OrdinaryLength)
        {
            Span<int> ids = stackalloc int[OrdinaryLength];
            int count = PieceMerger.Merge(piece, vocabulary, ids, cancellationToken);
            return sink.TryAdd(ids[..count]);
        }

        return TryAddLong(vocabulary, piece, ref sink, cancellationToken);
    }

    private static bool TryAddLong<TSink>(
        FrozenVocabulary vocabulary,
        ReadOnlySpan<byte> piece,
        scoped ref TSink sink,
        CancellationToken cancellationToken)
        where TSink : struct, ITokenSink, allows ref struct
    {
        TooLong.ThrowIfPieceExceedsArray(piece.Length);
        using SpanOwner<int> ids = SpanOwner<int>.Allocate(piece.Length);
        int count = PieceMerger.Merge(piece, vocabulary, ids.Span, cancellationToken);
        return sink.TryAdd(ids.Span[..count]);
    }
}
