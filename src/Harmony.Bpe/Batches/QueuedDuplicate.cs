namespace Harmony.Bpe.Batches;

/// <summary>A missed piece that is equal to one before it, which is merged: their numbers.</summary>
internal struct QueuedDuplicate
{
    public int Piece;
    public int First;
}
