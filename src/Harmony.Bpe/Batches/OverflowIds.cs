namespace Harmony.Bpe.Batches;

/// <summary>The ids of a piece that has more of them than a word holds.</summary>
internal unsafe struct OverflowIds
{
    /// <summary>The piece's number in the batch.</summary>
    public uint Piece;

    public int Count;
    public uint* Ids;
}
