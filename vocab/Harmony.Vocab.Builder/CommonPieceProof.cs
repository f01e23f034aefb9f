using Harmony.Bpe;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Vocab.Builder;

/// <summary>Proves the common pieces of a frozen vocabulary: reads them as the engine does, and merges their
/// bytes with the vocabulary's own rules.</summary>
internal static class CommonPieceProof
{
    private const ulong MaxId = (1UL << FrozenFormat.IdBits) - 1;

    /// <summary>Compares the ids of all pieces that the vocabulary has.</summary>
    /// <returns>How many it has.</returns>
    /// <exception cref="VocabularyException">A piece has other ids than merging gives.</exception>
    public static int CountSeated(byte[] frozen, IReadOnlyList<byte[]> commonPieces)
    {
        FrozenVocabulary vocabulary = FrozenVocabulary.OpenCopy(frozen);
        int seated = 0;
        foreach (byte[] piece in commonPieces)
        {
            int count = vocabulary.Pieces.FindEntry(piece, out ulong ids);
            if (count == 0)
            {
                continue;
            }

            seated++;
            List<int> merged = Merge(piece, vocabulary.Merges);
            bool isEqual = merged.Count == count && vocabulary.Pieces.Find(piece) < 0;
            for (int i = 0; isEqual && i < count; i++)
            {
                isEqual = (int)(ids >> i * FrozenFormat.IdBits & MaxId) == merged[i];
            }

            if (!isEqual)
            {
                throw new VocabularyException(
                    $"The common piece {Convert.ToHexString(piece)} has other ids than merging gives.");
            }
        }

        // The tables are pointers, which keep nothing alive.
        GC.KeepAlive(vocabulary);
        return seated;
    }

    private static List<int> Merge(byte[] piece, MergeTable merges)
    {
        List<int> ids = [.. piece.Select(merges.IdOfByte)];
        while (true)
        {
            (int joined, int at) = Enumerable.Range(0, ids.Count - 1)
                .Select(i => (Joined: merges.Find(ids[i], ids[i + 1]), At: i))
                .DefaultIfEmpty((MergeTable.None, 0))
                .Min();
            if (joined == MergeTable.None)
            {
                return ids;
            }

            ids[at] = joined;
            ids.RemoveAt(at + 1);
        }
    }
}
