namespace Harmony.Bpe.Merging;

/// <summary>A piece to merge, and its ids after that.</summary>
// Safety: Length bytes must be readable at Piece and, if Ids is not null, Length ids writable there.
internal unsafe struct MergeTask
{
    /// <summary>The first byte of the piece.</summary>
    public byte* Piece;

    /// <summary>Receives the ids, at most one for each byte. If null, they stay in the lane.</summary>
    public uint* Ids;

    /// <summary>The length of the piece in bytes, 1 to <see cref="MergeLane.MaxLength"/>.</summary>
    public int Length;

    /// <summary>The number of ids.</summary>
    public int Count;
}
