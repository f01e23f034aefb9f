using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Caching;

/// <content>
/// A wide entry: up to 29 bytes of text and up to eight ids, in the place of the second and third narrow
/// entry. Where those have their lengths, it has <see cref="WideMark"/> and 0, which are no lengths, so that
/// it is never taken for one of them.
/// <code>
/// 21  text, bytes 0 to 12
/// 34  WideMark
/// 35  text, bytes 13 to 28, if there are more than 13; else the last four ids
/// 51  length
/// 52  the first four ids: one in 18 bits, and the number of ids; 0; three as in a narrow entry
/// </code>
/// A text of more than 13 bytes with more than four ids fills the line: the last four ids start at byte 10,
/// and <see cref="WideMark"/> is where the first narrow entry would have its length.
/// </content>
internal static unsafe partial class CacheLine
{
    /// <summary>The most ids of a wide entry.</summary>
    public const int MaxWideIds = 8;

    /// <summary>The cost of losing vocabulary entries, which are found elsewhere.</summary>
    public const int CostOfVocabularyEntries = 1;

    /// <summary>The cost of losing a wide entry: it takes about as long to merge as two short
    /// pieces.</summary>
    private const int CostOfWide = 2;

    /// <summary>More than the length of any piece in a batch.</summary>
    private const byte WideMark = 0xFF;

    private const int WideOffset = EntryLength;
    private const int WideRestOffset = WideOffset + IdsOffset;
    private const int WideLengthOffset = 51;

    // Where four ids start. With the first four is the number of ids.
    private const int WideIdsOffset = 52;
    private const int ShortLastIdsOffset = WideRestOffset;
    private const int LongLastIdsOffset = 10;
    private const int IdsAtATime = 4;
    private const int WideCountShift = PackedIds.IdBits;

    /// <summary>The first of four ids has three bytes. The others are one word, whose lowest byte belongs to
    /// something else.</summary>
    private const int OtherIdsOffset = 3;

    /// <summary>The cost of writing a wide entry here: 0 if nothing is lost,
    /// <see cref="CostOfVocabularyEntries"/> if only vocabulary entries are, and 1 more for each piece that
    /// would have to be merged again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int EvictionCost(byte* line, int length, int count)
    {
        bool takesAll = NeedsWholeLine(length, count);
        int merged = IsMerged(line) && !WideFillsLine(line) ? 1 : 0;
        if (HasWide(line))
        {
            return CostOfVocabularyEntries + CostOfWide + (takesAll ? merged : 0);
        }

        // One narrow entry can stay.
        byte* second = line + EntryLength;
        byte* third = second + EntryLength;
        merged += (IsMerged(second) ? 1 : 0) + (IsMerged(third) ? 1 : 0);
        int used = Used(line) + Used(second) + Used(third);
        int kept = takesAll ? 0 : 1;
        return used <= kept ? 0 : CostOfVocabularyEntries + Math.Max(merged - kept, 0);
    }

    /// <summary>Finds the wide entry of a piece of 14 to 29 bytes with at most three ids.</summary>
    /// <returns>The <see cref="PackedIds"/>; none if the line has no such entry.</returns>
    // Safety: 29 bytes must be readable at the piece. All that is read of the line is in it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong FindWide(byte* line, byte* piece, uint length)
    {
        byte* entry = line + WideOffset;
        Vector128<byte> rest = Vector128.Load(piece + LengthOffset)
            & Vector128.Load(CacheKey.Masks - length + LengthOffset);
        ulong difference = Unsafe.ReadUnaligned<ulong>(entry) ^ Unsafe.ReadUnaligned<ulong>(piece)
            | Unsafe.ReadUnaligned<ulong>(entry + 5) ^ Unsafe.ReadUnaligned<ulong>(piece + 5)
            | (uint)(entry[LengthOffset] ^ WideMark)
            | line[WideLengthOffset] ^ length;
        if (difference != 0 || rest != Vector128.Load(line + WideRestOffset))
        {
            return 0;
        }

        uint first = Unsafe.ReadUnaligned<uint>(line + WideIdsOffset);
        ulong others = Unsafe.ReadUnaligned<ulong>(line + WideIdsOffset + OtherIdsOffset) >> PackedIds.IdsShift;
        const ulong TwoIds = (1UL << 2 * PackedIds.IdBits) - 1;
        uint count = first >> WideCountShift & 0xF;
        return count > PackedIds.MaxCount
            ? 0
            : PackedIds.OfJoined(count, first & PackedIds.IdMask | (others & TwoIds) << PackedIds.IdBits);
    }

    /// <summary>Copies the ids of a wide entry, always eight.</summary>
    /// <param name="line">The line.</param>
    /// <param name="key">The piece, padded with zeros.</param>
    /// <param name="length">Its length, at most <see cref="MediumVocabularyKey.MaxLength"/>.</param>
    /// <param name="ids">Receives eight ids.</param>
    /// <returns>How many of them are valid; 0 if the line has no such entry.</returns>
    // Safety: 29 bytes must be readable at key, eight ids writable at ids. All that is read of the line is in
    // it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int CopyWideIds(byte* line, byte* key, int length, uint* ids)
    {
        bool isShort = length <= LengthOffset;
        byte* entry = line + WideOffset;
        ulong rest = Unsafe.ReadUnaligned<ulong>(line + WideRestOffset) ^ Unsafe.ReadUnaligned<ulong>(key + 13)
            | Unsafe.ReadUnaligned<ulong>(line + WideRestOffset + 8) ^ Unsafe.ReadUnaligned<ulong>(key + 21);
        ulong difference = Unsafe.ReadUnaligned<ulong>(entry) ^ Unsafe.ReadUnaligned<ulong>(key)
            | Unsafe.ReadUnaligned<ulong>(entry + 5) ^ Unsafe.ReadUnaligned<ulong>(key + 5)
            | (isShort ? 0 : rest)
            | (uint)(entry[LengthOffset] ^ WideMark)
            | (uint)(line[WideLengthOffset] ^ length);
        if (difference != 0)
        {
            return 0;
        }

        uint first = CopyFourIds(line + WideIdsOffset, ids);
        CopyFourIds(line + (isShort ? ShortLastIdsOffset : LongLastIdsOffset), ids + IdsAtATime);
        return (int)(first >> WideCountShift) & 0xF;
    }

    /// <summary>Writes a wide entry. One of the line's narrow entries stays, a merged one if there is one,
    /// unless the new entry needs the whole line.</summary>
    // Safety: 29 bytes must be readable at key, count ids at ids.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WriteWide(byte* line, byte* key, int length, uint* ids, int count)
    {
        Debug.Assert(
            length is > 0 and <= MediumVocabularyKey.MaxLength,
            $"The piece has {length} bytes, but must have 1 to {MediumVocabularyKey.MaxLength}.");
        Debug.Assert(
            count is > 0 and <= MaxWideIds, $"The piece has {count} ids, but must have 1 to {MaxWideIds}.");
        byte* entry = line + WideOffset;
        if (NeedsWholeLine(length, count) || WideFillsLine(line))
        {
            Remove(line);
        }
        else if (!HasWide(line))
        {
            KeepIfBetter(line, entry);
            KeepIfBetter(line, entry + EntryLength);
        }

        Unsafe.InitBlockUnaligned(entry, 0, MarksOffset - WideOffset);
        Unsafe.CopyBlockUnaligned(entry, key, LengthOffset);
        Unsafe.CopyBlockUnaligned(
            line + WideRestOffset, key + LengthOffset, MediumVocabularyKey.MaxLength - LengthOffset);
        entry[LengthOffset] = WideMark;
        line[WideLengthOffset] = (byte)length;
        WriteFourIds(line + WideIdsOffset, ids, count, (uint)count << WideCountShift);
        if (count > IdsAtATime)
        {
            bool isShort = length <= LengthOffset;
            byte* last = line + (isShort ? ShortLastIdsOffset : LongLastIdsOffset);
            WriteFourIds(last, ids + IdsAtATime, count - IdsAtATime, 0);
            line[LengthOffset] = isShort ? line[LengthOffset] : WideMark;
        }
    }

    private static bool NeedsWholeLine(int length, int count) => length > LengthOffset && count > IdsAtATime;

    private static bool HasWide(byte* line) => line[WideOffset + LengthOffset] == WideMark;

    /// <summary>Whether the wide entry takes the room of the first narrow one too.</summary>
    private static bool WideFillsLine(byte* line) => line[LengthOffset] == WideMark;

    private static int Used(byte* entry) => entry[LengthOffset] != 0 ? 1 : 0;

    /// <summary>Takes the wide entry out of a line that has one; see <see cref="TakeOldest"/>.</summary>
    private static int TakeWide(byte* line, byte* text, uint* ids, out int length)
    {
        length = line[WideLengthOffset];
        Unsafe.CopyBlockUnaligned(text, line + WideOffset, LengthOffset);
        if (length > LengthOffset)
        {
            Unsafe.CopyBlockUnaligned(
                text + LengthOffset, line + WideRestOffset, (uint)(length - LengthOffset));
        }

        int count = CopyWideIds(line, text, length, ids);
        int from = WideFillsLine(line) ? 0 : WideOffset;
        Unsafe.InitBlockUnaligned(line + from, 0, (uint)(MarksOffset - from));
        return count;
    }

    /// <summary>Frees the first entry, or the whole line if a wide entry fills it.</summary>
    private static void Remove(byte* line) =>
        Unsafe.InitBlockUnaligned(line, 0, WideFillsLine(line) ? (uint)MarksOffset : EntryLength);

    private static void KeepIfBetter(byte* first, byte* entry)
    {
        if (CountOf(entry) > 0 && (CountOf(first) == 0 || (IsMerged(entry) && !IsMerged(first))))
        {
            Unsafe.CopyBlockUnaligned(first, entry, EntryLength);
        }
    }

    /// <summary>Copies four ids.</summary>
    /// <returns>The word that held the first one.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint CopyFourIds(byte* from, uint* ids)
    {
        var first = Unsafe.ReadUnaligned<uint>(from);
        ids[0] = first & PackedIds.IdMask;
        PackedIds.CopyTo(Unsafe.ReadUnaligned<ulong>(from + OtherIdsOffset), ids + 1);
        return first;
    }

    /// <summary>Writes up to four ids into eleven bytes, the fourth of which is left as it is.</summary>
    private static void WriteFourIds(byte* to, uint* ids, int count, uint upper)
    {
        uint first = ids[0] | upper;
        ulong others = PackedIds.Of(ids + 1, Math.Min(count, IdsAtATime) - 1);
        Unsafe.WriteUnaligned(to, (ushort)first);
        to[2] = (byte)(first >> 16);
        WritePacked(to + OtherIdsOffset + 1, others);
    }
}
