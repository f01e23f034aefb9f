namespace Harmony.Bpe.Merging;

/// <summary>A piece to be merged, and its ids once it was.</summary>
internal unsafe struct MergeTask
{
    /// <summary>The piece's first byte.</summary>
    public byte* Piece;

    /// <summary>Where its ids go; there is room for one per byte.</summary>
    public uint* Ids;

    /// <summary>The piece's length, from 1 to <see cref="MergeLane.MaxLength"/>.</summary>
    public int Length;

    /// <summary>How many ids there are.</summary>
    public int Count;
}
