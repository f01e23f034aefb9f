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
        Merge(token, ends, idOf, leastParts: 2);
        return ends.Count == 2
            ? MergeTable.Split(idOf[token[..ends[0]]], idOf[token[ends[0]..]])
            : MergeTable.NoSplit;
    }

    /// <summary>Merges bytes by the textbook until no pair is left to join, or a number of parts.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="ends">Receives where each part ends.</param>
    /// <param name="idOf">The tokens.</param>
    /// <param name="leastParts">Where to stop.</param>
    public static void Merge(
        ReadOnlySpan<byte> bytes,
        List<int> ends,
        Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> idOf,
        int leastParts)
    {
        ends.Clear();
        ends.AddRange(Enumerable.Range(1, bytes.Length));
        while (ends.Count > leastParts && LowestPair(bytes, ends, idOf) is >= 0 and var best)
        {
            ends.RemoveAt(best);
        }
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
