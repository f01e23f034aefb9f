using Harmony.Bpe.Merging;
using Harmony.Bpe.Merging.LongPieces;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Reference;

/// <summary>
/// Byte-pair merging of one piece: join the adjacent pair of lowest rank, the leftmost of equals, until no
/// rule joins any pair. A piece of ordinary length is merged in one lane, a longer one in windows.
/// </summary>
internal static class PieceMerger
{
    /// <summary>Merges a piece of at least one byte.</summary>
    /// <param name="piece">The bytes.</param>
    /// <param name="vocabulary">The rules and the tokens.</param>
    /// <param name="ids">Receives the ids, at most one for each byte.</param>
    /// <param name="cancellationToken">Checked now and then in long pieces.</param>
    /// <returns>The number of ids.</returns>
    public static int Merge(
        ReadOnlySpan<byte> piece,
        FrozenVocabulary vocabulary,
        Span<int> ids,
        CancellationToken cancellationToken) => piece.Length > MergeLane.MaxLength
            ? WindowMerger.Merge(piece, vocabulary, ids, cancellationToken)
            : LaneMerger.MergeOne(piece, vocabulary.Merges, ids);
}
