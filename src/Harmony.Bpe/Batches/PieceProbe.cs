using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Memory;

namespace Harmony.Bpe.Batches;

/// <summary>A piece's short key, and the line of the cache where it is looked for first.</summary>
[StructLayout(LayoutKind.Sequential, Size = 32)]
internal unsafe struct PieceKey
{
    public Vector128<byte> Key;

    // Safety: lines are the cache's, which outlives the batch.
    public byte* Line;
}

/// <summary>The ids of a piece that has more of them than a word holds.</summary>
internal unsafe struct ManyIds
{
    /// <summary>The piece's number in the batch.</summary>
    public uint Piece;

    public int Count;
    public uint* Ids;
}

/// <summary>A missed piece that is equal to one before it, which is merged: their numbers.</summary>
internal struct PieceRepeat
{
    public int Piece;
    public int First;
}

/// <summary>A piece that was not in its first line of the cache, on the way to its ids.</summary>
internal unsafe struct PieceProbe
{
    /// <summary>A short or medium piece, filled up with zeros.</summary>
    public Vector256<byte> Bytes;

    /// <summary>A short piece's key.</summary>
    public Vector128<byte> Key;

    /// <summary>A hash of the piece, all of whose bits are good.</summary>
    public ulong Hash;

    /// <summary>The one entry of the table of short tokens that can be a short piece's.</summary>
    public byte* Entry;

    /// <summary>Where the piece can be in the cache.</summary>
    public CachePlace Place;
}
