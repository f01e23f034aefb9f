using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Harmony.Bpe.Kernels;

/// <summary>What tells the processor of things to come and changes no result.</summary>
internal static unsafe class Hints
{
    /// <summary>Asks for a cache line.</summary>
    // Safety: a hint that reads nothing; the address may be any.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }
}
