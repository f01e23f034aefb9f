using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Merging;

/// <summary>Merging by the letter of the definition: scan for the lowest rank, join, close the gap, repeat.</summary>
internal static class ScanMerger
{
    /// <summary>See <see cref="PieceMerger.Merge"/>; the piece has at most
    /// <see cref="PieceMerger.MaxScanLength"/> bytes.</summary>
    public static int Merge(ReadOnlySpan<byte> piece, MergeTable merges, Span<int> ids)
    {
        // ranks[i] is the rule that joins ids[i] and ids[i + 1].
        Span<int> ranks = stackalloc int[PieceMerger.MaxScanLength];
        int count = piece.Length;
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
            int best = IndexOfMin(ranks[..(count - 1)]);
            if (ranks[best] == MergeTable.None)
            {
                break;
            }

            ids[best] = ranks[best];
            count--;
            ids[(best + 2)..(count + 1)].CopyTo(ids[(best + 1)..]);
            ranks[(best + 1)..count].CopyTo(ranks[best..]);
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
