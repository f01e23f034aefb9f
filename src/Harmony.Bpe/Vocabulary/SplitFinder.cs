namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// Finds, for every token, the pair whose merge makes it: merges the bytes of the token by the textbook and
/// stops before the last step. docs/bpe.md shows why only this pair can ever form the token.
/// </summary>
internal static class SplitFinder
{
    /// <summary>The split of every token, by id; <see cref="MergeTable.NoSplit"/> for single bytes and for
    /// tokens that merging cannot form.</summary>
    public static ulong[] FindAll(
        IReadOnlyList<byte[]> tokens, Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> idOf)
    {
        var splits = new ulong[tokens.Count];
        var ends = new List<int>();
        for (int id = 0; id < splits.Length; id++)
        {
            splits[id] = Find(tokens[id], ends, idOf);
        }

        return splits;
    }

    private static ulong Find(
        ReadOnlySpan<byte> token,
        List<int> ends,
        Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> idOf)
    {
        ends.Clear();
        ends.AddRange(Enumerable.Range(1, token.Length));
        while (ends.Count > 2)
        {
            int best = LowestPair(token, ends, idOf);
            if (best < 0)
            {
                return MergeTable.NoSplit;
            }

            ends.RemoveAt(best);
        }

        return ends.Count < 2
            ? MergeTable.NoSplit
            : MergeTable.Split(idOf[token[..ends[0]]], idOf[token[ends[0]..]]);
    }

    /// <summary>The index of the part whose merge with the next has the lowest rank, or −1.</summary>
    private static int LowestPair(
        ReadOnlySpan<byte> token,
        List<int> ends,
        Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> idOf)
    {
        int best = -1;
        int bestRank = int.MaxValue;
        int start = 0;
        for (int i = 0; i + 1 < ends.Count; i++)
        {
            if (idOf.TryGetValue(token[start..ends[i + 1]], out int rank) && rank < bestRank)
            {
                best = i;
                bestRank = rank;
            }

            start = ends[i];
        }

        return best;
    }
}
