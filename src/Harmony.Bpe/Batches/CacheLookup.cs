using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Harmony.Bpe.Batches;

/// <summary>A piece to look up: its <see cref="Caching.CacheKey"/>, and where it can be.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal unsafe struct CacheLookup
{
    // Written as two words, read as one vector.
    [FieldOffset(0)]
    public ulong KeyLow;
    [FieldOffset(sizeof(ulong))]
    public ulong KeyHigh;
    [FieldOffset(0)]
    public Vector128<byte> Key;

    /// <summary>The home line of a piece of at most 13 bytes.</summary>
    // Safety: a line of the state's own cache, which outlives the batch.
    [FieldOffset(2 * sizeof(ulong))]
    public byte* Line;

    /// <summary>The <see cref="Caching.PieceProbe.Hash"/> of a piece of at most 29 bytes. Written by
    /// <see cref="SecondLook"/>, which most pieces do not need.</summary>
    [FieldOffset(3 * sizeof(ulong))]
    public ulong Hash;
}
