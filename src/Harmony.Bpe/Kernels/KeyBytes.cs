using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Harmony.Bpe.Kernels;

/// <summary>Small steps of key making that have an instruction of their own on some processors.</summary>
internal static unsafe class KeyBytes
{
    /// <summary>The lowest bytes of a word, the others zero; all of it for eight bytes and more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Keep(ulong word, uint count)
    {
        if (Bmi2.X64.IsSupported)
        {
            // The instruction looks at the low byte of the number of bits: a piece's length is below 64 only in
            // the sense that 8 × 31 fits; longer ones wrap, but their keys match nothing whatever bytes they keep.
            return Bmi2.X64.ZeroHighBits(word, count * 8);
        }

        return count >= 8 ? word : word & ((1UL << (int)(count * 8)) - 1);
    }

    /// <summary>Asks for a cache line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }
}
