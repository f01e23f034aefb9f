namespace Harmony.Bpe.Vocabulary;

/// <summary>Merges a list of common pieces, for the table of short tokens.</summary>
internal static class CommonPieces
{
    /// <summary>The ids of each piece, by the textbook.</summary>
    /// <exception cref="VocabularyException">A piece comes twice, is a token, or is too long for its number of
    /// ids.</exception>
    public static List<(byte[] Piece, int[] Ids)> Merge(
        IReadOnlyList<byte[]> pieces, Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> idOf)
    {
        var merged = new List<(byte[] Piece, int[] Ids)>(pieces.Count);
        var seen = new HashSet<byte[]>(BytesComparer.Instance);
        foreach (byte[] piece in pieces)
        {
            int[] ids = Merge(piece, idOf);
            if (!seen.Add(piece) || idOf.ContainsKey(piece) || !ShortEntry.Fits(piece.Length, ids.Length))
            {
                throw new VocabularyException(
                    $"The common piece {Convert.ToHexString(piece)} comes twice, is a token, or is too long.");
            }

            merged.Add((piece, ids));
        }

        return merged;
    }

    /// <summary>The ids of a piece that is no token, by the textbook.</summary>
    public static int[] Merge(
        ReadOnlySpan<byte> piece, Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> idOf)
    {
        var ends = new List<int>();
        SplitFinder.Merge(piece, ends, idOf, leastParts: 1);
        var ids = new int[ends.Count];
        int start = 0;
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = idOf[piece[start..ends[i]]];
            start = ends[i];
        }

        return ids;
    }
}
