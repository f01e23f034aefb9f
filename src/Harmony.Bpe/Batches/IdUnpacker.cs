using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Harmony.Bpe.Caching;
using Harmony.Bpe.Machine;

namespace Harmony.Bpe.Batches;

/// <summary>What is done with the <see cref="PackedIds"/> of many pieces at once.</summary>
internal static unsafe class IdUnpacker
{
    private const int AtATime = 4;
    private const int BitsOfWord = 64;
    private const uint CountMask = 3;

    /// <summary>Writes the ids of pieces one behind the other.</summary>
    /// <returns>What is behind them.</returns>
    // Safety: three words behind the last must be readable; 16 ids more than there are must be writable.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint* Unpack(ulong* words, int count, uint* ids)
    {
        if (!Avx512Vbmi.IsSupported)
        {
            for (ulong* end = words + count; words < end; words++)
            {
                ulong packed = *words;
                PackedIds.CopyTo(packed, ids);
                ids += PackedIds.CountOf(packed);
            }

            return ids;
        }

        for (long rest = count; rest > 0; rest -= AtATime, words += AtATime)
        {
            // Words behind the last have no ids.
            Vector256<long> counting = Vector256.LessThan(Vector256<long>.Indices, Vector256.Create(rest));
            ids = UnpackFour(Vector256.Load(words) & counting.AsUInt64(), ids);
        }

        return ids;
    }

    /// <summary>How many ids pieces have together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Count(ulong* words, int count)
    {
        ulong sum = 0;
        ulong* end = words + count;
        Vector256<ulong> sums = Vector256<ulong>.Zero;
        for (; words <= end - AtATime; words += AtATime)
        {
            sums += Vector256.Load(words) >>> PackedIds.CountShift;
        }

        for (; words < end; words++)
        {
            sum += PackedIds.CountOf(*words);
        }

        return (int)(sum + Vector256.Sum(sums));
    }

    /// <summary>Lists the pieces that have no ids.</summary>
    /// <param name="words">The pieces' ids.</param>
    /// <param name="first">The first piece.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="missed">Receives their numbers.</param>
    /// <returns>How many they are.</returns>
    // Safety: a multiple of 64 words must be readable; 15 more numbers than there are must be writable.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int ListEmpty(ulong* words, int first, int count, uint* missed)
    {
        uint* next = missed;
        for (int done = 0; done < count; done += BitsOfWord)
        {
            ulong empty = 0;
            for (int i = 0; i < BitsOfWord; i += AtATime)
            {
                Vector256<ulong> none = Vector256.LessThan(
                    Vector256.Load(words + first + done + i), Vector256.Create(1UL << PackedIds.CountShift));
                empty |= (ulong)none.ExtractMostSignificantBits() << i;
            }

            if (count - done < BitsOfWord)
            {
                empty &= (1UL << (count - done)) - 1;
            }

            next = BitPositions.Write(empty, (uint)(first + done), next);
        }

        return (int)(next - missed);
    }

    /// <summary>Spreads each word over four numbers, and moves those that count together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint* UnpackFour(Vector256<ulong> words, uint* ids)
    {
        Vector512<ulong> pairs = Avx512F.PermuteVar8x64(
            words.ToVector512Unsafe(), Vector512.Create(0UL, 0, 1, 1, 2, 2, 3, 3));

        // Eight bits from each of these on: ids 0 and 1, then id 2 and what is no id.
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
        Vector512<uint> counting = Vector512.GreaterThan(
            counts, Vector512.Create(0u, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3));
        Vector512.Store(Avx512F.Compress(Vector512<uint>.Zero, counting, unpacked), ids);
        return ids + BitOperations.PopCount(counting.ExtractMostSignificantBits());
    }
}
