using System.Buffers;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe.Calls;
using Harmony.Bpe.Pretokenization;
using Harmony.Bpe.Text;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Reference;

/// <summary>
/// The reference path: one piece after another, one character at a time. <see cref="PieceSplitter"/> finds
/// the end of a piece, <see cref="PieceTable"/> looks the piece up, and <see cref="PieceMerger"/> merges its
/// bytes if it is no token. Every faster path gives the same ids and is tested against this one.
/// </summary>
internal static class ReferenceEncoder
{
    private const int PiecesBetweenCancellationChecks = 4096;

    /// <summary>Pieces of at most this many bytes are merged on the stack.</summary>
    private const int MaxStackLength = 128;

    /// <summary>Encodes pieces until the text ends or the sink stops.</summary>
    /// <param name="context">The call.</param>
    /// <param name="utf8">The text. Bytes that are not UTF-8 are encoded as they are.</param>
    /// <param name="sink">Receives the ids, piece by piece.</param>
    /// <param name="consumed">Where to start, in bytes; then the end of the last piece that the sink
    /// took.</param>
    /// <returns><see cref="OperationStatus.Done"/> at the end of the text,
    /// <see cref="OperationStatus.NeedMoreData"/> where more text must decide,
    /// <see cref="OperationStatus.DestinationTooSmall"/> where the sink stopped.</returns>
    public static OperationStatus Encode<TSink>(
        in EncodeContext context, ReadOnlySpan<byte> utf8, scoped ref TSink sink, ref int consumed)
        where TSink : struct, ITokenSink, allows ref struct
    {
        int textLength = utf8.Length;

        // The bytes of a character that is still incomplete must not be taken for malformed ones.
        utf8 = context.IsFinal ? utf8 : utf8[..^Utf8Sequence.IncompleteTailLength(utf8)];
        for (int pieces = 1; consumed < utf8.Length; pieces++)
        {
            int end = EndOfPiece(context, utf8, consumed);
            if (end == consumed)
            {
                break;
            }

            if (!TryAddPiece(context, utf8[consumed..end], ref sink))
            {
                return OperationStatus.DestinationTooSmall;
            }

            consumed = end;
            if (pieces % PiecesBetweenCancellationChecks == 0)
            {
                context.CancellationToken.ThrowIfCancellationRequested();
            }
        }

        return consumed < textLength ? OperationStatus.NeedMoreData : OperationStatus.Done;
    }

    /// <summary>Finds the end of the piece that starts at a position.</summary>
    /// <returns>The end; the start itself if more text could change the piece.</returns>
    public static int EndOfPiece(in EncodeContext context, ReadOnlySpan<byte> utf8, int start)
    {
        var splitter = new PieceSplitter(utf8, context.Vocabulary.Classes, context.CancellationToken);
        int end = splitter.EndOfPiece(start);
        return splitter.ReachedEnd && !context.IsFinal ? start : end;
    }

    /// <summary>Looks a piece up, or merges it, and gives the sink its ids. The caller keeps the vocabulary
    /// alive.</summary>
    /// <returns>False if the sink stopped.</returns>
    public static bool TryAddPiece<TSink>(
        in EncodeContext context, ReadOnlySpan<byte> piece, scoped ref TSink sink)
        where TSink : struct, ITokenSink, allows ref struct
    {
        int id = context.Vocabulary.Pieces.Find(piece);
        return id >= 0 ? sink.TryAdd(id)
            : piece.Length <= MaxStackLength ? TryAddShort(context, piece, ref sink)
            : TryAddLong(context, piece, ref sink);
    }

    // Apart from TryAddPiece, which would clear the stack for tokens too.
    private static bool TryAddShort<TSink>(
        in EncodeContext context, ReadOnlySpan<byte> piece, scoped ref TSink sink)
        where TSink : struct, ITokenSink, allows ref struct =>
        TryAddMerged(context, piece, stackalloc int[MaxStackLength], ref sink);

    private static bool TryAddLong<TSink>(
        in EncodeContext context, ReadOnlySpan<byte> piece, scoped ref TSink sink)
        where TSink : struct, ITokenSink, allows ref struct
    {
        TooLong.ThrowIfPieceExceedsArray(piece.Length);
        using SpanOwner<int> ids = SpanOwner<int>.Allocate(piece.Length);
        return TryAddMerged(context, piece, ids.Span, ref sink);
    }

    private static bool TryAddMerged<TSink>(
        in EncodeContext context, ReadOnlySpan<byte> piece, scoped Span<int> ids, scoped ref TSink sink)
        where TSink : struct, ITokenSink, allows ref struct
    {
        int count = PieceMerger.Merge(piece, context.Vocabulary, ids, context.CancellationToken);
        return sink.TryAdd(ids[..count]);
    }
}
