using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Merging;

/// <summary>
/// Byte-pair merging of one piece: join the adjacent pair of lowest rank, the leftmost of equals, until no pair
/// is a rule. Short pieces look for the lowest rank by scanning, long ones keep it in a heap, so that no piece
/// costs more than n log n.
/// </summary>
internal static class PieceMerger
{
    /// <summary>Up to this many bytes a scan over all pairs is faster than a heap.</summary>
    public const int MaxScanLength = 128;

    /// <summary>Merges a piece of at least one byte.</summary>
    /// <param name="piece">The bytes.</param>
    /// <param name="merges">The rules.</param>
    /// <param name="ids">Receives the ids; must have room for one per byte.</param>
    /// <param name="cancellationToken">Looked at now and then in long pieces.</param>
    /// <returns>The number of ids.</returns>
    public static int Merge(
        ReadOnlySpan<byte> piece, MergeTable merges, Span<int> ids, CancellationToken cancellationToken) =>
        piece.Length <= MaxScanLength
            ? ScanMerger.Merge(piece, merges, ids)
            : HeapMerger.Merge(piece, merges, ids, cancellationToken);
}
