namespace Harmony.Bpe.Batches;

/// <summary>The ids of a piece that has more than <see cref="Caching.PackedIds"/> holds.</summary>
// Safety: the ids are in OverflowStorage and stay valid for the batch.
internal unsafe struct OverflowIds
{
    /// <summary>The number of the piece in its batch.</summary>
    public uint Piece;

    /// <summary>The number of ids.</summary>
    public int Count;

    /// <summary>The ids.</summary>
    public uint* Ids;
}
