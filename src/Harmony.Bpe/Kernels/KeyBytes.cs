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
            // The instruction takes the number of bits modulo 256: from 32 bytes on too few are kept. But
            // then the length in the key alone tells it from all entries, whatever bytes are beside it.
            return Bmi2.X64.ZeroHighBits(word, count * 8);
        }

        return count >= 8 ? word : word & ((1UL << (int)(count * 8)) - 1);
    }

    /// <summary>By how much a length exceeds eight, or 0; without a branch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Above8(uint length)
    {
        int above = (int)length - 8;
        return (uint)(above & ~(above >> 31));
    }

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
