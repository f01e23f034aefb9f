using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Harmony.Bpe.Machine;

/// <summary>Expands a bit mask into a list of positions.</summary>
internal static unsafe class BitPositions
{
    /// <summary>Writes the positions of the set bits, lowest first.</summary>
    /// <param name="bits">The mask.</param>
    /// <param name="from">Added to each position.</param>
    /// <param name="to">Receives the positions.</param>
    /// <returns>The first free place after them.</returns>
    // Safety: positions are written several at a time, so there must be room for 15 more than there are bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint* Write(ulong bits, uint from, uint* to)
    {
        uint* end = to + BitOperations.PopCount(bits);
        if (Avx512Vbmi2.IsSupported)
        {
            Vector512<byte> positions = BitMoves.PositionsOf(bits);
            while (to < end)
            {
                Vector512<uint> wide = Avx512F.ConvertToVector512UInt32(positions.GetLower().GetLower());
                Vector512.Store(wide + Vector512.Create(from), to);
                positions = Avx512F.Shuffle4x128(positions.AsUInt32(), positions.AsUInt32(), 0b11_11_10_01)
                    .AsByte();
                to += Vector512<uint>.Count;
            }

            return end;
        }

        while (to < end)
        {
            to[0] = from + (uint)BitOperations.TrailingZeroCount(bits);
            bits &= bits - 1;
            to[1] = from + (uint)BitOperations.TrailingZeroCount(bits);
            bits &= bits - 1;
            to[2] = from + (uint)BitOperations.TrailingZeroCount(bits);
            bits &= bits - 1;
            to[3] = from + (uint)BitOperations.TrailingZeroCount(bits);
            bits &= bits - 1;
            to += 4;
        }

        return end;
    }

    /// <summary>Writes the positions that bits would have if they were deposited
    /// (<see cref="BitMoves.Deposit"/>), lowest first, for processors that cannot deposit.</summary>
    /// <param name="bits">The mask; not empty, none above the number of bits of
    /// <paramref name="deposit"/>.</param>
    /// <param name="deposit">Where the bits would be deposited.</param>
    /// <param name="from">Added to each position.</param>
    /// <param name="to">Receives the positions.</param>
    /// <returns>The position of the highest bit, without <paramref name="from"/>. The loop would give it
    /// too, but later, and the next window waits for it.</returns>
    // Safety: there must be room for as many positions as there are bits.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static int WriteDeposited(ulong bits, ulong deposit, uint from, uint* to)
    {
        byte* positions = stackalloc byte[BytePacker.Length];
        BytePacker.ListPositions(deposit, positions);
        int highest = positions[63 - BitOperations.LeadingZeroCount(bits)];
        for (; bits != 0; bits &= bits - 1)
        {
            *to++ = from + positions[BitMoves.LowestBit(bits)];
        }

        return highest;
    }
}
