using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Harmony.Bpe.Machine;

/// <summary>Prefetch hints; they never affect results.</summary>
internal static unsafe class Prefetch
{
    /// <summary>Starts to load the cache line at an address.</summary>
    // Safety: a hint, which reads nothing and never faults; the address may be any.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }
}
