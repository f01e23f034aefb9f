namespace Harmony.Bpe.Vocabulary;

/// <summary>A dictionary from bytes to id, for making a vocabulary. Its keys can be spans.</summary>
internal static class TokenIndex
{
    /// <summary>Indexes tokens by their bytes.</summary>
    public static Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> Create(
        IReadOnlyList<byte[]> tokens)
    {
        var idOf = new Dictionary<byte[], int>(tokens.Count, BytesComparer.Instance);
        for (int id = 0; id < tokens.Count; id++)
        {
            idOf.Add(tokens[id], id);
        }

        return idOf.GetAlternateLookup<ReadOnlySpan<byte>>();
    }
}
