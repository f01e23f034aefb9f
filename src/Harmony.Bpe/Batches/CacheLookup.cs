using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Harmony.Bpe.Batches;

/// <summary>A piece's short key, and the line of the cache where it is looked for first.</summary>
[StructLayout(LayoutKind.Sequential, Size = 32)]
internal unsafe struct CacheLookup
{
    public Vector128<byte> Key;

    // Safety: lines are the cache's, which outlives the batch.
    public byte* Line;
}
