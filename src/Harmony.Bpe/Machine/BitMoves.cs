using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Harmony.Bpe.Machine;

/// <summary>Moves the bits of a mask: between positions of bytes and positions of characters, and along
/// runs.</summary>
internal static class BitMoves
{
    /// <summary>The bits at the positions that the mask selects, moved together (PEXT).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Extract(ulong bits, ulong mask) =>
        Bmi2.X64.IsSupported ? Bmi2.X64.ParallelBitExtract(bits, mask) : ExtractOneByOne(bits, mask);

    /// <summary>The low bits, moved to the positions that the mask selects (PDEP).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Deposit(ulong bits, ulong mask) =>
        Bmi2.X64.IsSupported ? Bmi2.X64.ParallelBitDeposit(bits, mask) : DepositOneByOne(bits, mask);

    /// <summary>The position of the lowest bit; 64 if there is none. It is a native integer, which can be
    /// added to an address without another instruction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint LowestBit(ulong bits) =>
        Bmi1.X64.IsSupported
            ? (nuint)Bmi1.X64.TrailingZeroCount(bits)
            : (uint)BitOperations.TrailingZeroCount(bits);

    /// <summary>The positions of all bits, lowest first, in a byte each. Needs
    /// <see cref="Avx512Vbmi2"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> PositionsOf(ulong bits)
    {
        // Byte i gets the byte of the word that has bit i.
        Vector512<byte> bytes = Avx512BW.Shuffle(
            Vector512.Create(bits).AsByte(),
            Vector512.Create(
                0x0000_0000_0000_0000UL,
                0x0101_0101_0101_0101,
                0x0202_0202_0202_0202,
                0x0303_0303_0303_0303,
                0x0404_0404_0404_0404,
                0x0505_0505_0505_0505,
                0x0606_0606_0606_0606,
                0x0707_0707_0707_0707).AsByte());
        Vector512<byte> bit = Vector512.Create(0x8040_2010_0804_0201UL).AsByte();
        return Avx512Vbmi2.Compress(
            Vector512<byte>.Zero, Vector512.Equals(bytes & bit, bit), Vector512<byte>.Indices);
    }

    /// <summary><see cref="Extract"/> in portable code.</summary>
    public static ulong ExtractOneByOne(ulong bits, ulong mask)
    {
        ulong extracted = 0;
        for (ulong to = 1; mask != 0; to <<= 1, mask &= mask - 1)
        {
            if ((bits & mask & (~mask + 1)) != 0)
            {
                extracted |= to;
            }
        }

        return extracted;
    }

    /// <summary><see cref="Deposit"/> in portable code.</summary>
    public static ulong DepositOneByOne(ulong bits, ulong mask)
    {
        ulong deposited = 0;
        for (; bits != 0 && mask != 0; bits >>= 1, mask &= mask - 1)
        {
            if ((bits & 1) != 0)
            {
                deposited |= mask & (~mask + 1);
            }
        }

        return deposited;
    }

    /// <summary>Spreads marks to higher positions, as far as the bits of a set go on without a gap. The
    /// carries of one addition do that for all marks at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Spread(ulong marks, ulong set)
    {
        marks &= set;
        return ((set + marks) ^ set | marks) & set;
    }

    /// <summary>The first position from <paramref name="from"/> on that is not in the set; 64 or more if
    /// there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int EndOfRun(ulong set, int from) => from + BitOperations.TrailingZeroCount(~(set >> from));
}
