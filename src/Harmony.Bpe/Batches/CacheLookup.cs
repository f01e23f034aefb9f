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

    /// <summary>The home line. After <see cref="SecondLook"/> has located a piece of 14 to 29 bytes, the
    /// line that all its bytes select; of a longer piece then null.</summary>
    // Safety: a line of the state's own cache, which outlives the batch.
    [FieldOffset(2 * sizeof(ulong))]
    public byte* Line;

    /// <summary>Of a piece of at most 13 bytes that its home line does not have: the one entry of the
    /// vocabulary's table that it can have. Of longer pieces null.</summary>
    [FieldOffset(3 * sizeof(ulong))]
    public byte* Entry;
}
