using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Tests.Oracles;

/// <summary>Merging by the textbook, over the frozen tables: scan for the lowest rank, join, close the gap,
/// repeat. It is quadratic; the other mergers are tested against it.</summary>
internal static class ScanMerger
{
    /// <summary>Merges a piece into ids, at most one for each byte.</summary>
    public static int Merge(ReadOnlySpan<byte> piece, MergeTable merges, Span<int> ids)
    {
        // ranks[i] is the rule that joins ids[i] and ids[i + 1].
        int count = piece.Length;
        var ranks = new int[count];
        ids = ids[..count];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = merges.IdOfByte(piece[i]);
        }

        for (int i = 0; i < ids.Length - 1; i++)
        {
            ranks[i] = merges.Find(ids[i], ids[i + 1]);
        }

        while (count > 1)
        {
            int best = IndexOfMin(ranks.AsSpan(0, count - 1));
            if (ranks[best] == MergeTable.None)
            {
                break;
            }

            ids[best] = ranks[best];
            count--;
            ids[(best + 2)..(count + 1)].CopyTo(ids[(best + 1)..]);
            ranks.AsSpan((best + 1)..count).CopyTo(ranks.AsSpan(best));
            if (best > 0)
            {
                ranks[best - 1] = merges.Find(ids[best - 1], ids[best]);
            }

            if (best < count - 1)
            {
                ranks[best] = merges.Find(ids[best], ids[best + 1]);
            }
        }

        return count;
    }

    private static int IndexOfMin(ReadOnlySpan<int> ranks)
    {
        int best = 0;
        for (int i = 1; i < ranks.Length; i++)
        {
            if (ranks[i] < ranks[best])
            {
                best = i;
            }
        }

        return best;
    }
}
