using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Harmony.Bpe.Kernels;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Memory;

/// <summary>
/// One line of a <see cref="PieceCache"/>, 64 bytes that the processor loads at once: three narrow entries of
/// 21 bytes each, or one and a wide one, which takes the room of two.
/// </summary>
/// <remarks>
/// <para>A narrow entry is a short key of 14 bytes (<see cref="ShortKey"/>: up to 13 bytes of text, and the
/// length), three ids of 18 bits, and how many of them count.</para>
/// <para>The last byte is the line's own, whatever entries come and go: marks of the pieces that would be
/// here if there had been room (<see cref="CachePlace"/>).</para>
/// </remarks>
internal static unsafe partial class CacheLine
{
    public const int Length = 64;

    /// <summary>The most ids of a narrow entry.</summary>
    public const int MaxNarrowIds = 3;

    /// <summary>Narrow entries to a line, and from one to the next.</summary>
    private const int EntryCount = 3;
    private const int EntryLength = 21;

    // Inside a narrow entry, and of the ids' word inside itself.
    private const int LengthOffset = ShortKey.LengthOffset;
    private const int IdsOffset = LengthOffset + 1;
    private const int IdBits = FrozenFormat.IdBits;
    private const ulong IdMask = (1UL << IdBits) - 1;
    private const int CountShift = MaxNarrowIds * IdBits;
    private const ulong CountMask = 3;

    private const int MarksOffset = Length - 1;

    // A bit for each byte of the keys, for each key's first byte, for the byte behind each key.
    private const ulong KeyBits = (1UL << IdsOffset) - 1;
    private const ulong FirstBytes = 1UL | 1UL << EntryLength | 1UL << 2 * EntryLength;
    private const ulong AllKeys = KeyBits * FirstBytes;
    private const ulong BytesBehind = FirstBytes << IdsOffset;

    /// <summary>Bytes 0 to 13 to where the three keys are.</summary>
    private static Vector512<byte> KeyCopies
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 0, 0, 0, 0, 0, 0,
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 0, 0, 0, 0, 0, 0,
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 0, 0, 0, 0, 0, 0, (byte)0);
    }

    /// <summary>Whether one of a line's marks is set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasMark(byte* line, uint mark) => (line[MarksOffset] & mark) != 0;

    /// <summary>Sets one of a line's marks.</summary>
    public static void SetMark(byte* line, uint mark) => line[MarksOffset] |= (byte)mark;

    /// <summary>Finds a narrow entry: one comparison for all three.</summary>
    /// <returns>A bit for the byte behind the key, where its ids are; 0 if it is not there.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Match(byte* line, Vector128<byte> key)
    {
        ulong equal;
        if (Avx512Vbmi.IsSupported)
        {
            Vector512<byte> keys =
                Avx512Vbmi.PermuteVar64x8(key.ToVector256Unsafe().ToVector512Unsafe(), KeyCopies);
            equal = Vector512.Equals(keys, Vector512.Load(line)).ExtractMostSignificantBits();
        }
        else
        {
            equal = EqualBytes(line, key)
                | EqualBytes(line + EntryLength, key) << EntryLength
                | EqualBytes(line + 2 * EntryLength, key) << 2 * EntryLength;
        }

        // Where all bytes of a key are equal, a carry runs through them into the bit behind.
        return ((equal & AllKeys) + FirstBytes) & BytesBehind;
    }

    /// <summary>Writes the three ids of an entry, whatever number of them counts.</summary>
    /// <param name="entryIds">What is behind the entry's key.</param>
    /// <param name="ids">Receives three ids.</param>
    /// <returns>How many ids count.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint CopyNarrowIds(byte* entryIds, uint* ids)
    {
        ulong packed = Unsafe.ReadUnaligned<ulong>(entryIds);
        ulong firstTwo = Bmi2.X64.IsSupported
            ? Bmi2.X64.ParallelBitDeposit(packed, IdMask | IdMask << 32)
            : packed & IdMask | (packed << (32 - IdBits)) & IdMask << 32;
        Unsafe.WriteUnaligned(ids, firstTwo);
        Unsafe.WriteUnaligned(ids + 2, (uint)(packed >> 2 * IdBits) & (uint)IdMask);
        return (nuint)(packed >> CountShift) & (nuint)CountMask;
    }

    /// <summary>The first narrow entry that is free, or null.</summary>
    public static byte* FreeEntry(byte* line) =>
        line[LengthOffset] == 0 ? line
        : HasWide(line) ? null
        : line[EntryLength + LengthOffset] == 0 ? line + EntryLength
        : line[2 * EntryLength + LengthOffset] == 0 ? line + 2 * EntryLength
        : null;

    /// <summary>The last narrow entry that has a single id, or null.</summary>
    public static byte* SingleEntry(byte* line) =>
        !HasWide(line) && HasOneId(line + 2 * EntryLength) ? line + 2 * EntryLength
        : !HasWide(line) && HasOneId(line + EntryLength) ? line + EntryLength
        : !IsWiden(line) && HasOneId(line) ? line
        : null;

    /// <summary>Makes the first entry free: beside a wide one it is lost, else it and the second move back,
    /// and the last is lost.</summary>
    public static void MoveBack(byte* line)
    {
        if (HasWide(line))
        {
            Remove(line);
            return;
        }

        Buffer.MemoryCopy(
            line, line + EntryLength, (EntryCount - 1) * EntryLength, (EntryCount - 1) * EntryLength);
    }

    /// <summary>Writes a narrow entry.</summary>
    // Safety: three ids must be readable.
    public static void WriteNarrow(byte* entry, Vector128<byte> key, uint* ids, int count)
    {
        // No write may reach into the next entry.
        ulong packed = ids[0] & IdMask;
        packed |= count > 1 ? (ulong)ids[1] << IdBits : 0;
        packed |= count > 2 ? (ulong)ids[2] << 2 * IdBits : 0;
        packed |= (ulong)count << CountShift;
        ulong low = key.AsUInt64().GetElement(0);
        Unsafe.WriteUnaligned(entry, low);
        Unsafe.WriteUnaligned(entry + 5, low >> 40 | key.AsUInt64().GetElement(1) << 24);
        entry[LengthOffset] = key.GetElement(LengthOffset);
        WritePacked(entry + IdsOffset, packed);
    }

    private static void WritePacked(byte* to, ulong packed)
    {
        Unsafe.WriteUnaligned(to, (uint)packed);
        Unsafe.WriteUnaligned(to + 3, (uint)(packed >> 24));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong EqualBytes(byte* entry, Vector128<byte> key) =>
        Vector128.Equals(Vector128.Load(entry), key).ExtractMostSignificantBits() & KeyBits;

    /// <summary>The bits of a narrow entry that tell how many ids count, as a number; 0 of a free one.</summary>
    private static int CountOf(byte* entry) =>
        (int)((Unsafe.ReadUnaligned<uint>(entry + IdsOffset + 3) >> (CountShift - 24)) & (uint)CountMask);

    private static bool HasOneId(byte* entry) => CountOf(entry) == 1;

    private static bool IsMerged(byte* entry) => CountOf(entry) > 1;
}
