namespace Harmony.Bpe.Batches;

/// <summary>A piece of a batch, on the way to its id.</summary>
internal unsafe struct PieceProbe
{
    /// <summary>The short key's first eight bytes.</summary>
    public ulong Low;

    /// <summary>The short key's other bytes and its length.</summary>
    public ulong High;

    /// <summary>The key's hash; of a longer piece, once that is needed, the piece's.</summary>
    public ulong Hash;

    /// <summary>The one entry of the table that can be the key's.</summary>
    // Safety: the table is never moved or freed.
    public byte* Entry;
}
