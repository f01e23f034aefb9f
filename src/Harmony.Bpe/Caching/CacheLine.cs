using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Harmony.Bpe.Machine;

namespace Harmony.Bpe.Caching;

/// <summary>
/// One line of a <see cref="PieceCache"/>: 64 bytes that the processor loads at once. It holds three narrow
/// entries of 21 bytes each, or one narrow and one wide entry, which takes the room of two.
/// <code>
///  0  narrow entry: 14 bytes of key (text, length), 7 bytes of ids
/// 21  narrow entry, or the wide entry
/// 42  narrow entry, or the rest of the wide entry
/// 63  six marks: pieces that found no room here (<see cref="CacheLocation"/>); two bits that are 0
/// </code>
/// </summary>
/// <remarks>A narrow entry's key is the <see cref="CacheKey"/> without its last two bytes, its ids are the
/// upper 56 bits of <see cref="PackedIds"/>. A length of 0 marks a free entry.</remarks>
internal static unsafe partial class CacheLine
{
    public const int Length = 64;

    /// <summary>The marks of a line.</summary>
    public const int MarkCount = 6;

    /// <summary>The narrow entries of a line, and the bytes of one.</summary>
    private const int EntryCount = 3;
    private const int EntryLength = 21;

    // Inside a narrow entry.
    private const int LengthOffset = CacheKey.LengthOffset;
    private const int IdsOffset = LengthOffset + 1;

    private const int MarksOffset = Length - 1;

    // A bit for each byte of the keys, for the first byte of each key, for the byte after each key.
    private const ulong KeyBits = (1UL << IdsOffset) - 1;
    public const ulong FirstBytes = 1UL | 1UL << EntryLength | 1UL << 2 * EntryLength;
    public const ulong AllKeys = KeyBits * FirstBytes;
    public const ulong BytesAfterKeys = FirstBytes << IdsOffset;

    /// <summary>Makes <see cref="Find(byte*, Vector128{byte}, in LineMasks)"/> read the last word of the line
    /// if no key matches. The number of ids of that word is in the two bits that are 0.</summary>
    public const ulong NoIds = 1UL << (Length - sizeof(ulong) + 1);

    /// <summary>Copies bytes 0 to 13 of a key to where the three keys of a line are.</summary>
    private static Vector512<byte> KeyCopies
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 0, 0, 0, 0, 0, 0,
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 0, 0, 0, 0, 0, 0,
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 0, 0, 0, 0, 0, 0, (byte)0);
    }

    /// <summary>The same for the left half of a line, then for the right half.</summary>
    private static Vector256<byte> LeftKeyCopies
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.Create(
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 0, 0, 0, 0, 0, 0,
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, (byte)10);
    }

    private static Vector256<byte> RightKeyCopies
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.Create(
            11, 12, 13, 0, 0, 0, 0, 0, 0, 0,
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 0, 0, 0, 0, 0, 0, (byte)0);
    }

    /// <summary>Whether a mark is set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasMark(byte* line, uint mark) => (line[MarksOffset] & mark) != 0;

    /// <summary>Sets a mark.</summary>
    public static void SetMark(byte* line, uint mark) => line[MarksOffset] |= (byte)mark;

    /// <summary>Finds a narrow entry with one comparison for all three.</summary>
    /// <returns>Its <see cref="PackedIds"/>; none if no entry has the key.</returns>
    // Safety: whatever matches, the word lies inside the line.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Find(byte* line, Vector128<byte> key, in LineMasks masks)
    {
        // Where all bytes of a key are equal, a carry runs through their bits into the one after them.
        ulong match = ((EqualBytes(line, key) & masks.Keys) + masks.First) & masks.After;
        return Unsafe.ReadUnaligned<ulong>(line + BitMoves.LowestBit(match) - 1);
    }

    /// <summary>The same for a single look-up.</summary>
    public static ulong Find(byte* line, Vector128<byte> key) => Find(line, key, new LineMasks());

    /// <summary>The first narrow entry that is free, or null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static byte* FreeEntry(byte* line) =>
        line[LengthOffset] == 0 ? line
        : HasWide(line) ? null
        : line[EntryLength + LengthOffset] == 0 ? line + EntryLength
        : line[2 * EntryLength + LengthOffset] == 0 ? line + 2 * EntryLength
        : null;

    /// <summary>The last narrow entry that has a single id, and so is a token; null if there is
    /// none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static byte* VocabularyEntry(byte* line) =>
        !HasWide(line) && HasOneId(line + 2 * EntryLength) ? line + 2 * EntryLength
        : !HasWide(line) && HasOneId(line + EntryLength) ? line + EntryLength
        : !WideFillsLine(line) && HasOneId(line) ? line
        : null;

    /// <summary>Takes the oldest entry out of a line that has no free one: the wide entry, else the last
    /// narrow one, and the others move back by one. The first narrow entry is then free.</summary>
    /// <param name="line">The line.</param>
    /// <param name="text">Receives the piece, padded with zeros to 32 bytes.</param>
    /// <param name="ids">Receives eight ids.</param>
    /// <param name="length">The length of the piece.</param>
    /// <returns>How many of the ids are valid.</returns>
    // Safety: 32 bytes must be writable at text, eight ids at ids.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int TakeOldest(byte* line, byte* text, uint* ids, out int length)
    {
        Unsafe.InitBlockUnaligned(text, 0, 32);
        if (HasWide(line))
        {
            return TakeWide(line, text, ids, out length);
        }

        byte* last = line + (EntryCount - 1) * EntryLength;
        Unsafe.CopyBlockUnaligned(text, last, LengthOffset);
        length = last[LengthOffset];
        ulong packed = Unsafe.ReadUnaligned<ulong>(last + LengthOffset);
        PackedIds.CopyTo(packed, ids);
        Buffer.MemoryCopy(
            line, line + EntryLength, (EntryCount - 1) * EntryLength, (EntryCount - 1) * EntryLength);
        Unsafe.InitBlockUnaligned(line, 0, EntryLength);
        return (int)PackedIds.CountOf(packed);
    }

    /// <summary>Writes a narrow entry.</summary>
    public static void WriteNarrow(byte* entry, Vector128<byte> key, ulong packed)
    {
        ulong low = key.AsUInt64().GetElement(0);
        Unsafe.WriteUnaligned(entry, low);
        Unsafe.WriteUnaligned(entry + 5, low >> 40 | key.AsUInt64().GetElement(1) << 24);
        entry[LengthOffset] = key.GetElement(LengthOffset);
        WritePacked(entry + IdsOffset, packed);
    }

    private static void WritePacked(byte* to, ulong packed)
    {
        // Two overlapping writes: seven bytes, none of the next entry.
        Unsafe.WriteUnaligned(to, (uint)(packed >> 8));
        Unsafe.WriteUnaligned(to + 3, (uint)(packed >> 32));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong EqualBytes(byte* line, Vector128<byte> key)
    {
        if (Avx512Vbmi.IsSupported)
        {
            Vector512<byte> keys =
                Avx512Vbmi.PermuteVar64x8(key.ToVector256Unsafe().ToVector512Unsafe(), KeyCopies);
            return Vector512.Equals(keys, Vector512.Load(line)).ExtractMostSignificantBits();
        }

        if (Avx2.IsSupported)
        {
            Vector256<byte> twice = Vector256.Create(key, key);
            Vector256<byte> left = Avx2.Shuffle(twice, LeftKeyCopies);
            Vector256<byte> right = Avx2.Shuffle(twice, RightKeyCopies);
            return Vector256.Equals(left, Vector256.Load(line)).ExtractMostSignificantBits()
                | (ulong)Vector256.Equals(right, Vector256.Load(line + Length / 2)).ExtractMostSignificantBits()
                    << (Length / 2);
        }

        // Two bytes more than a key are compared; the masks drop their bits.
        return EqualBytesOf(line, key)
            | EqualBytesOf(line + EntryLength, key) << EntryLength
            | EqualBytesOf(line + 2 * EntryLength, key) << 2 * EntryLength;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong EqualBytesOf(byte* entry, Vector128<byte> key) =>
        Vector128.Equals(Vector128.Load(entry), key).ExtractMostSignificantBits();

    /// <summary>The number of ids of a narrow entry; 0 if it is free.</summary>
    private static uint CountOf(byte* entry) =>
        PackedIds.CountOf(Unsafe.ReadUnaligned<ulong>(entry + LengthOffset));

    private static bool HasOneId(byte* entry) => CountOf(entry) == 1;

    private static bool IsMerged(byte* entry) => CountOf(entry) > 1;
}
