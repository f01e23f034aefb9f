using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Harmony.Bpe.Machine;

namespace Harmony.Bpe.Caching;

/// <summary>
/// One line of a <see cref="PieceCache"/>, 64 bytes that the processor loads at once: three narrow entries of
/// 21 bytes each, or one and a wide one, which takes the room of two.
/// </summary>
/// <remarks>
/// <para>A narrow entry is a short key of 14 bytes (<see cref="CacheKey"/>: up to 13 bytes of text, and the
/// length) and <see cref="PackedIds"/>.</para>
/// <para>The last byte is the line's own, whatever entries come and go: marks of the pieces that would be
/// here if there had been room (<see cref="CacheLocation"/>), of which there are six.</para>
/// </remarks>
internal static unsafe partial class CacheLine
{
    public const int Length = 64;

    /// <summary>Marks to a line.</summary>
    public const int MarkCount = 6;

    /// <summary>Narrow entries to a line, and from one to the next.</summary>
    private const int EntryCount = 3;
    private const int EntryLength = 21;

    // Inside a narrow entry.
    private const int LengthOffset = CacheKey.LengthOffset;
    private const int IdsOffset = LengthOffset + 1;

    private const int MarksOffset = Length - 1;

    // A bit for each byte of the keys, for each key's first byte, for the byte behind each key.
    private const ulong KeyBits = (1UL << IdsOffset) - 1;
    public const ulong FirstBytes = 1UL | 1UL << EntryLength | 1UL << 2 * EntryLength;
    public const ulong AllKeys = KeyBits * FirstBytes;
    public const ulong BytesAfterKeys = FirstBytes << IdsOffset;

    /// <summary>The word that ends with the line has its number of ids in the two upper bits of the last byte,
    /// which are no marks: so it has none.</summary>
    public const ulong NoIds = 1UL << (Length - sizeof(ulong) + 1);

    /// <summary>Bytes 0 to 13 to where the three keys are.</summary>
    private static Vector512<byte> KeyCopies
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 0, 0, 0, 0, 0, 0,
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 0, 0, 0, 0, 0, 0,
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 0, 0, 0, 0, 0, 0, (byte)0);
    }

    /// <summary>The same for one half of a line after the other.</summary>
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

    /// <summary>Whether one of a line's marks is set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasMark(byte* line, uint mark) => (line[MarksOffset] & mark) != 0;

    /// <summary>Sets one of a line's marks.</summary>
    public static void SetMark(byte* line, uint mark) => line[MarksOffset] |= (byte)mark;

    /// <summary>Finds a narrow entry's ids: one comparison for all three.</summary>
    /// <returns>The ids, or a word without any.</returns>
    // Safety: the words are inside the line.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Find(byte* line, Vector128<byte> key, in LineMasks masks)
    {
        // Where all bytes of a key are equal, a carry runs through them into the bit behind.
        ulong match = ((EqualBytes(line, key) & masks.Keys) + masks.First) & masks.After;
        return Unsafe.ReadUnaligned<ulong>(line + BitMoves.LowestBit(match) - 1);
    }

    /// <summary>Finds a narrow entry's ids.</summary>
    public static ulong Find(byte* line, Vector128<byte> key) => Find(line, key, new LineMasks());

    /// <summary>The first narrow entry that is free, or null.</summary>
    public static byte* FreeEntry(byte* line) =>
        line[LengthOffset] == 0 ? line
        : HasWide(line) ? null
        : line[EntryLength + LengthOffset] == 0 ? line + EntryLength
        : line[2 * EntryLength + LengthOffset] == 0 ? line + 2 * EntryLength
        : null;

    /// <summary>The last narrow entry that has a single id, or null.</summary>
    public static byte* VocabularyEntry(byte* line) =>
        !HasWide(line) && HasOneId(line + 2 * EntryLength) ? line + 2 * EntryLength
        : !HasWide(line) && HasOneId(line + EntryLength) ? line + EntryLength
        : !WideFillsLine(line) && HasOneId(line) ? line
        : null;

    /// <summary>Takes an entry out of a line without a free one: the wide one, else the last, and the others
    /// move back. Of the narrow entries the first is then free.</summary>
    /// <param name="line">The line.</param>
    /// <param name="text">Receives the piece, filled up with zeros to 32 bytes.</param>
    /// <param name="length">The piece's length.</param>
    /// <param name="ids">Receives eight ids.</param>
    /// <returns>How many of them count.</returns>
    // Safety: 32 bytes must be writable at text, eight ids at ids.
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
        // No write may reach into the next entry.
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

        // Two bytes more than a key are compared, of which nothing is asked.
        return EqualBytesOf(line, key)
            | EqualBytesOf(line + EntryLength, key) << EntryLength
            | EqualBytesOf(line + 2 * EntryLength, key) << 2 * EntryLength;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong EqualBytesOf(byte* entry, Vector128<byte> key) =>
        Vector128.Equals(Vector128.Load(entry), key).ExtractMostSignificantBits();

    /// <summary>The bits of a narrow entry that tell how many ids count, as a number; 0 of a free one.</summary>
    private static uint CountOf(byte* entry) =>
        PackedIds.CountOf(Unsafe.ReadUnaligned<ulong>(entry + LengthOffset));

    private static bool HasOneId(byte* entry) => CountOf(entry) == 1;

    private static bool IsMerged(byte* entry) => CountOf(entry) > 1;
}
