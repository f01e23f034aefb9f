using System.Runtime.CompilerServices;
using Harmony.Bpe.Merging;
using Harmony.Bpe.Merging.LongPieces;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Reference;

/// <summary>
/// Byte-pair merging of one piece: join the adjacent pair of lowest rank, the leftmost of equals, until no
/// pair is a rule. A piece of ordinary length is merged in one lane, a long one in windows.
/// </summary>
internal static class PieceMerger
{
    /// <summary>Merges a piece of at least one byte.</summary>
    /// <param name="piece">The bytes.</param>
    /// <param name="vocabulary">The rules and the tokens.</param>
    /// <param name="ids">Receives the ids; must have room for one per byte.</param>
    /// <param name="cancellationToken">Looked at now and then in long pieces.</param>
    /// <returns>The number of ids.</returns>
    public static int Merge(
        ReadOnlySpan<byte> piece,
        FrozenVocabulary vocabulary,
        Span<int> ids,
        CancellationToken cancellationToken) => piece.Length > MergeLane.MaxLength
            ? WindowMerger.Merge(piece, vocabulary, ids, cancellationToken)
            : Merge(piece, vocabulary.Merges, ids, cancellationToken);

    /// <summary>The same, of long pieces in windows alone.</summary>
    [SkipLocalsInit]
    public static unsafe int Merge(
        ReadOnlySpan<byte> piece, MergeTable merges, Span<int> ids, CancellationToken cancellationToken)
    {
        if (piece.Length > MergeLane.MaxLength)
        {
            return WindowMerger.Merge(piece, merges, ids, cancellationToken);
        }

        ids = ids[..piece.Length];

        // Safety: the spans are as long as the lane needs them.
        Unsafe.SkipInit(out MergeLane lane);
        fixed (byte* bytes = piece)
        fixed (int* first = ids)
        {
            lane.Start(bytes, piece.Length, merges);
            while (MergeLane.Step(&lane, merges))
            {
            }

            return lane.Finish((uint*)first);
        }
    }
}
