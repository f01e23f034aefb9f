using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Harmony.Bpe.Batches;

/// <summary>A piece to look up: its <see cref="Caching.CacheKey"/>, and its home line of the cache.</summary>
[StructLayout(LayoutKind.Sequential, Size = 32)]
internal unsafe struct CacheLookup
{
    public Vector128<byte> Key;

    // Safety: a line of the state's own cache, which outlives the batch.
    public byte* Line;
}
