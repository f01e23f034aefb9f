using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Harmony.Bpe.Caching;
using Harmony.Bpe.Machine;

namespace Harmony.Bpe.Batches;

/// <summary>Unpacks, counts and searches the <see cref="PackedIds"/> of many pieces at once.</summary>
internal static unsafe class IdUnpacker
{
    private const int AtATime = 4;
    private const int BitsOfWord = 64;
    private const uint CountMask = 3;

    /// <summary>Writes the ids of pieces one after another.</summary>
    /// <returns>The first free place after them.</returns>
    // Safety: three elements past the last packed ids must be readable; 16 ids more than there are must be
    // writable.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint* Unpack(ulong* packedIds, int count, uint* ids)
    {
        if (!Avx512Vbmi.IsSupported)
        {
            for (ulong* end = packedIds + count; packedIds < end; packedIds++)
            {
                ulong packed = *packedIds;
                PackedIds.CopyTo(packed, ids);
                ids += PackedIds.CountOf(packed);
            }

            return ids;
        }

        for (long rest = count; rest > 0; rest -= AtATime, packedIds += AtATime)
        {
            // What follows the last one is masked to no ids.
            Vector256<long> isValid = Vector256.LessThan(Vector256<long>.Indices, Vector256.Create(rest));
            ids = UnpackFour(Vector256.Load(packedIds) & isValid.AsUInt64(), ids);
        }

        return ids;
    }

    /// <summary>The number of ids that pieces have together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Count(ulong* packedIds, int count)
    {
        ulong sum = 0;
        ulong* end = packedIds + count;
        Vector256<ulong> sums = Vector256<ulong>.Zero;
        for (; packedIds <= end - AtATime; packedIds += AtATime)
        {
            sums += Vector256.Load(packedIds) >>> PackedIds.CountShift;
        }

        for (; packedIds < end; packedIds++)
        {
            sum += PackedIds.CountOf(*packedIds);
        }

        return (int)(sum + Vector256.Sum(sums));
    }

    /// <summary>Lists the pieces that have no ids.</summary>
    /// <param name="packedIds">The ids of the pieces.</param>
    /// <param name="first">The number of the first piece.</param>
    /// <param name="count">The number of pieces.</param>
    /// <param name="missed">Receives the numbers of the pieces without ids.</param>
    /// <returns>How many there are.</returns>
    // Safety: packedIds must be readable up to a multiple of 64; 15 numbers more than there are must be
    // writable.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int ListEmpty(ulong* packedIds, int first, int count, uint* missed)
    {
        Debug.Assert(count >= 0, $"There are {count} pieces, but must be at least 0.");
        uint* next = missed;
        for (int done = 0; done < count; done += BitsOfWord)
        {
            ulong found = 0;
            for (int i = 0; i < BitsOfWord; i += AtATime)
            {
                // Either bit of the count, as the highest.
                Vector256<ulong> words = Vector256.Load(packedIds + done + i);
                found |= (ulong)(words | words + words).ExtractMostSignificantBits() << i;
            }

            ulong empty = ~found;
            if (count - done < BitsOfWord)
            {
                empty &= (1UL << (count - done)) - 1;
            }

            next = BitPositions.Write(empty, (uint)(first + done), next);
        }

        return (int)(next - missed);
    }

    /// <summary>Spreads four packed ids over sixteen lanes, and moves the valid ones together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint* UnpackFour(Vector256<ulong> packedIds, uint* ids)
    {
        Vector512<ulong> pairs = Avx512F.PermuteVar8x64(
            packedIds.ToVector512Unsafe(), Vector512.Create(0UL, 0, 1, 1, 2, 2, 3, 3));

        // Each byte selects eight bits: from bit 8 and 26 the first two ids, from bit 44 the third and no id.
        Vector512<byte> fields = Vector512.Create(
            0x322A_221A_2018_1008UL,
            0x0000_0000_043C_342C,
            0x322A_221A_2018_1008,
            0x0000_0000_043C_342C,
            0x322A_221A_2018_1008,
            0x0000_0000_043C_342C,
            0x322A_221A_2018_1008,
            0x0000_0000_043C_342C).AsByte();
        Vector512<uint> unpacked =
            Avx512Vbmi.MultiShift(fields, pairs).AsUInt32() & Vector512.Create(PackedIds.IdMask);
        Vector512<uint> counts =
            Avx512Vbmi.MultiShift(Vector512.Create((byte)PackedIds.CountShift), pairs).AsUInt32()
            & Vector512.Create(CountMask);
        Vector512<uint> isValid = Vector512.GreaterThan(
            counts, Vector512.Create(0u, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3));
        Vector512.Store(Avx512F.Compress(Vector512<uint>.Zero, isValid, unpacked), ids);
        return ids + BitOperations.PopCount(isValid.ExtractMostSignificantBits());
    }
}
