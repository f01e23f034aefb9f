using System.Runtime.CompilerServices;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Caching;

/// <content>
/// A wide entry: up to 29 bytes of text and up to eight ids, where the second and the third narrow entry would
/// be. It has <see cref="WideMark"/> where a narrow one has its length, and 0, which is no piece's length,
/// where the other has it; so nothing in it is ever taken for one of them.
/// <code>
/// 21  text, bytes 0 to 12
/// 34  WideMark
/// 35  text, bytes 13 to 28, if it has more than 13: else the last four ids, from 35
/// 51  length
/// 52  the first four ids: one in 18 bits, and how many count; 0; three as a narrow entry has them
/// </code>
/// Only a text of more than 13 bytes with more than four ids also takes the room of the first entry: the last
/// four ids from byte 10, so that <see cref="WideMark"/> can be where that entry would have its length.
/// </content>
internal static unsafe partial class CacheLine
{
    /// <summary>The most ids of a wide entry.</summary>
    public const int MaxWideIds = 8;

    /// <summary>What is lost with tokens, which are found elsewhere.</summary>
    public const int CostOfVocabularyEntries = 1;

    /// <summary>A long piece takes about as long to merge as two short ones.</summary>
    private const int CostOfWide = 2;

    /// <summary>More than any length of a piece in a batch.</summary>
    private const byte WideMark = 0xFF;

    private const int WideOffset = EntryLength;
    private const int WideRestOffset = WideOffset + IdsOffset;
    private const int WideLengthOffset = 51;

    // Where four ids begin, the first of them with the count if they are an entry's first.
    private const int WideIdsOffset = 52;
    private const int ShortLastIdsOffset = WideRestOffset;
    private const int LongLastIdsOffset = 10;
    private const int IdsAtATime = 4;
    private const int WideCountShift = PackedIds.IdBits;

    /// <summary>The first of four ids has three bytes; the others are one word, whose lowest byte is
    /// another's.</summary>
    private const int OtherIdsOffset = 3;

    /// <summary>What is lost if a wide entry is written here: nothing, tokens, or as many pieces as must then
    /// be merged again.</summary>
    public static int EvictionCost(byte* line, int length, int count)
    {
        bool takesAll = NeedsWholeLine(length, count);
        int merged = IsMerged(line) && !WideFillsLine(line) ? 1 : 0;
        if (HasWide(line))
        {
            return CostOfVocabularyEntries + CostOfWide + (takesAll ? merged : 0);
        }

        // One entry can stay.
        byte* second = line + EntryLength;
        byte* third = second + EntryLength;
        merged += (IsMerged(second) ? 1 : 0) + (IsMerged(third) ? 1 : 0);
        int used = Used(line) + Used(second) + Used(third);
        int kept = takesAll ? 0 : 1;
        return used <= kept ? 0 : CostOfVocabularyEntries + Math.Max(merged - kept, 0);
    }

    /// <summary>Copies a wide entry's ids, always eight of them.</summary>
    /// <param name="line">The line.</param>
    /// <param name="key">The piece, filled up with zeros.</param>
    /// <param name="length">Its length, at most <see cref="MediumVocabularyKey.MaxLength"/>.</param>
    /// <param name="ids">Receives eight ids.</param>
    /// <returns>How many of them count; 0 if the line has no such entry.</returns>
    // Safety: 29 bytes must be readable at key, eight ids writable at ids; all that is read of the line is in
    // it.
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

    /// <summary>Writes a wide entry. Of the line's narrow ones one stays, a merged one if there is one, unless
    /// all the room is needed.</summary>
    // Safety: 29 bytes must be readable at key, eight ids at ids.
    public static void WriteWide(byte* line, byte* key, int length, uint* ids, int count)
    {
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

    /// <summary>Whether the first entry's room is the wide one's.</summary>
    private static bool WideFillsLine(byte* line) => line[LengthOffset] == WideMark;

    private static int Used(byte* entry) => entry[LengthOffset] != 0 ? 1 : 0;

    /// <summary>Takes the wide entry out of a line that has one, as <see cref="TakeOldest"/>.</summary>
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

    /// <summary>Makes the first entry free, and all of a line if its room was a wide one's.</summary>
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
    /// <returns>What the first of them was in.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint CopyFourIds(byte* from, uint* ids)
    {
        var first = Unsafe.ReadUnaligned<uint>(from);
        ids[0] = first & PackedIds.IdMask;
        PackedIds.CopyTo(Unsafe.ReadUnaligned<ulong>(from + OtherIdsOffset), ids + 1);
        return first;
    }

    /// <summary>Writes four ids, of which some may not count, into ten bytes and one that is left
    /// out.</summary>
    private static void WriteFourIds(byte* to, uint* ids, int count, uint upper)
    {
        uint first = ids[0] | upper;
        ulong others = PackedIds.Of(ids + 1, Math.Min(count, IdsAtATime) - 1);
        Unsafe.WriteUnaligned(to, (ushort)first);
        to[2] = (byte)(first >> 16);
        WritePacked(to + OtherIdsOffset + 1, others);
    }
}
