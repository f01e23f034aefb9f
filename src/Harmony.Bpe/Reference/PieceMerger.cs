using Harmony.Bpe.Merging;
using Harmony.Bpe.Merging.LongPieces;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Reference;

/// <summary>
/// Byte-pair merging of one piece: join the adjacent pair of lowest rank, the leftmost of equals, until no
/// rule joins any pair. A short piece is merged in just these words, without what must be compiled first: a
/// process's first texts come here. A longer piece is merged in one lane, and a very long one in windows.
/// </summary>
internal static class PieceMerger
{
    /// <summary>The longest piece for which looking at all pairs again after each join is fast
    /// enough.</summary>
    private const int MaxShortLength = 64;

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
        CancellationToken cancellationToken) => piece.Length switch
        {
            <= MaxShortLength => MergeShort(piece, vocabulary.Merges, ids),
            <= MergeLane.MaxLength => LaneMerger.MergeOne(piece, vocabulary.Merges, ids),
            _ => WindowMerger.Merge(piece, vocabulary, ids, cancellationToken),
        };

    private static int MergeShort(ReadOnlySpan<byte> piece, in MergeTable merges, Span<int> ids)
    {
        int count = piece.Length;
        for (int i = 0; i < count; i++)
        {
            ids[i] = merges.IdOfByte(piece[i]);
        }

        while (true)
        {
            int lowest = MergeTable.None;
            int at = 0;
            for (int i = 0; i + 1 < count; i++)
            {
                // What a rule joins a pair to is also the rule's rank.
                int joined = merges.Find(ids[i], ids[i + 1]);
                if (joined < lowest)
                {
                    lowest = joined;
                    at = i;
                }
            }

            if (lowest == MergeTable.None)
            {
                return count;
            }

            ids[at] = lowest;
            ids[(at + 2)..count].CopyTo(ids[(at + 1)..]);
            count--;
        }
    }
}
