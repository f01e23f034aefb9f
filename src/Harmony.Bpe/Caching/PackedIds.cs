using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Caching;

/// <summary>
/// Up to three ids of a piece and their number, in the upper 56 bits of a word. The cache stores ids this
/// way, and a batch has the ids of nearly all its pieces this way. The lowest byte is undefined.
/// <code>
/// bits 62..63   44..61   26..43   8..25   0..7
/// number of ids third id second id first id undefined
/// </code>
/// </summary>
internal static unsafe class PackedIds
{
    /// <summary>The most ids of a word.</summary>
    public const int MaxCount = 3;

    /// <summary>The bits of an id, the first bit of the first id, and the first bit of the number of
    /// ids.</summary>
    public const int IdBits = FrozenFormat.IdBits;
    public const int IdsShift = 8;
    public const int CountShift = IdsShift + MaxCount * IdBits;
    public const uint IdMask = (1u << IdBits) - 1;

    /// <summary>One id.</summary>
    public static ulong Of(uint id) => (ulong)id << IdsShift | 1UL << CountShift;

    /// <summary>At most three ids that are in one word already, the first in the lowest bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong OfJoined(uint count, ulong ids) => (ulong)count << CountShift | ids << IdsShift;

    /// <summary>At most three ids.</summary>
    // Safety: count ids must be readable.
    public static ulong Of(uint* ids, int count)
    {
        Debug.Assert(count is >= 0 and <= MaxCount, $"There are {count} ids, but at most {MaxCount} can be packed.");
        ulong packed = (ulong)count << CountShift;
        for (int i = 0; i < count; i++)
        {
            packed |= (ulong)ids[i] << (IdsShift + i * IdBits);
        }

        return packed;
    }

    /// <summary>The number of ids; 0 for a piece that was not found.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint CountOf(ulong packed) => (uint)(packed >> CountShift);

    /// <summary>Writes three ids; those past the number of ids are undefined.</summary>
    // Safety: three ids must be writable.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyTo(ulong packed, uint* ids)
    {
        packed >>= IdsShift;
        ulong firstTwo = Bmi2.X64.IsSupported
            ? Bmi2.X64.ParallelBitDeposit(packed, IdMask | (ulong)IdMask << 32)
            : packed & IdMask | (packed << (32 - IdBits)) & (ulong)IdMask << 32;
        Unsafe.WriteUnaligned(ids, firstTwo);
        Unsafe.WriteUnaligned(ids + 2, (uint)(packed >> 2 * IdBits) & IdMask);
    }
}
