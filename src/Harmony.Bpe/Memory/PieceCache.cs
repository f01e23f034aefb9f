using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Harmony.Bpe.Kernels;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Memory;

/// <summary>
/// A thread's memory of merged pieces, of a fixed size for ever: lines of the processor's cache, and a log. A
/// line holds two short pieces with up to four ids each, or one medium piece with up to eight; what has more
/// ids, and longer pieces, are in the log. Each piece has four lines where it can be, two pairs far from one
/// another; a new one takes what is free there, and if nothing is, an older one's place.
/// </summary>
/// <remarks>
/// Both kinds of entries have their tag (length, and in the id's bits the number of ids) in the second word,
/// so that an entry is never taken for one of the other kind, nor the second half of a medium entry for a
/// short one: what stands there in the tag's place is the top of an id, which is 0.
/// </remarks>
internal sealed unsafe class PieceCache
{
    /// <summary>The most ids beside a short piece.</summary>
    public const int MaxShortIds = 4;

    /// <summary>The most ids beside a medium piece.</summary>
    public const int MaxMediumIds = 8;

    private const int LineLength = 64;
    private const int ShortEntryLength = LineLength / 2;

    private byte* _memory;
    private readonly nuint _length;
    private readonly ulong _lineCount;

    /// <summary>The part for pieces that fit into no line.</summary>
    public readonly PieceLog Log;

    public PieceCache(int limit)
    {
        // Half for the lines; docs/performance.md has the reason.
        _lineCount = (ulong)limit / 2 / LineLength & ~1UL;
        nuint linesLength = (nuint)_lineCount * LineLength;
        int logLength = (limit - (int)linesLength) & -LineLength;
        _length = linesLength + (nuint)logLength;
        _memory = (byte*)NativeMemory.AlignedAlloc(_length, 4096);
        Log = new PieceLog(_memory + linesLength, logLength);
        Clear();
    }

    /// <summary>The bytes that each thread's cache may take; threads that have one keep its size.</summary>
    public static int Limit { get; set; } = 4 * 1024 * 1024 - 192 * 1024;

    /// <summary>Forgets all pieces.</summary>
    public void Clear()
    {
        NativeMemory.Clear(_memory, _length);
        Log.Clear();
    }

    /// <summary>Gives the memory back; the cache must not be used any more.</summary>
    public void Free()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }

    /// <summary>The line in which a piece with this hash is looked for first.</summary>
    // Safety: the high half of the product is below the number of lines.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* LineOf(ulong hash) => _memory + (((hash & uint.MaxValue) * _lineCount) >> 32) * LineLength;

    /// <summary>Asks for both lines, each the first of its pair, in which a piece is looked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(ulong hash)
    {
        KeyBytes.Prefetch(LineOf(hash));
        KeyBytes.Prefetch(OtherLineOf(hash));
    }

    /// <summary>Copies a short piece's ids, always four of them.</summary>
    /// <returns>How many of the four count; 0 if the piece is not there.</returns>
    // Safety: four ids must be writable.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int FindShort(ulong hash, ulong low, ulong high, uint* ids)
    {
        byte* line = LineOf(hash);
        int count = FindShortIn(line, low, high, ids);
        return count != 0 ? count : FindShortElsewhere(line, OtherLineOf(hash), low, high, ids);
    }

    /// <summary>Remembers a short piece with at most four ids.</summary>
    // Safety: four ids must be readable.
    public void AddShort(ulong hash, ulong low, ulong high, uint* ids, int count)
    {
        byte* line = LineOf(hash);
        byte* other = OtherLineOf(hash);
        byte* entry = FreeShortIn(line);
        entry = entry != null ? entry : FreeShortIn(other);
        entry = entry != null ? entry : FreeShortIn(Neighbour(line));
        entry = entry != null ? entry : FreeShortIn(Neighbour(other));
        if (entry == null)
        {
            // The older of two gives way; a medium piece leaves its whole line.
            entry = line;
            Unsafe.CopyBlockUnaligned(line + ShortEntryLength, line, ShortEntryLength);
            if (!IsShort(line))
            {
                Unsafe.InitBlockUnaligned(line, 0, LineLength);
            }
        }

        Unsafe.WriteUnaligned(entry, low);
        Unsafe.WriteUnaligned(entry + 8, WithCount(high, count));
        Unsafe.CopyBlockUnaligned(entry + 16, ids, MaxShortIds * sizeof(uint));
    }

    /// <summary>Copies a medium piece's ids, always eight of them.</summary>
    /// <returns>How many of the eight count; 0 if the piece is not there.</returns>
    // Safety: eight ids must be writable.
    public int FindMedium(ulong hash, in MediumPieceKey key, uint* ids)
    {
        byte* line = LineOf(hash);
        int count = FindMediumIn(line, key, ids);
        if (count == 0)
        {
            byte* other = OtherLineOf(hash);
            count = FindMediumIn(other, key, ids);
            count = count != 0 ? count : FindMediumIn(Neighbour(line), key, ids);
            count = count != 0 ? count : FindMediumIn(Neighbour(other), key, ids);
        }

        return count;
    }

    /// <summary>Remembers a medium piece with at most eight ids.</summary>
    // Safety: count ids must be readable.
    public void AddMedium(ulong hash, in MediumPieceKey key, uint* ids, int count)
    {
        byte* line = LineOf(hash);
        byte* other = OtherLineOf(hash);
        line = IsFree(line) ? line
            : IsFree(other) ? other
            : IsFree(Neighbour(line)) ? Neighbour(line)
            : IsFree(Neighbour(other)) ? Neighbour(other)
            : line;

        Unsafe.WriteUnaligned(line, key.A);
        Unsafe.WriteUnaligned(line + 8, WithCount(key.D, count));
        Unsafe.WriteUnaligned(line + 16, key.B);
        Unsafe.WriteUnaligned(line + 24, key.C);
        Unsafe.InitBlockUnaligned(line + 32, 0, MaxMediumIds * sizeof(uint));
        Unsafe.CopyBlockUnaligned(line + 32, ids, (uint)count * sizeof(uint));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* OtherLineOf(ulong hash) => _memory + (((hash >> 32) * _lineCount) >> 32) * LineLength;

    // Lines are in pairs from the start of the memory, which is aligned to more than a pair.
    private static byte* Neighbour(byte* line) => (byte*)((nuint)line ^ LineLength);

    private static byte* FreeShortIn(byte* line) =>
        IsFree(line) ? line
        : IsShort(line) && IsFree(line + ShortEntryLength) ? line + ShortEntryLength
        : null;

    private static bool IsFree(byte* entry) => Unsafe.ReadUnaligned<ulong>(entry + 8) == 0;

    private static bool IsShort(byte* line) =>
        Unsafe.ReadUnaligned<ulong>(line + 8) >> ShortPieceKey.LengthShift <= ShortPieceKey.MaxLength;

    private static int FindShortElsewhere(byte* line, byte* other, ulong low, ulong high, uint* ids)
    {
        int count = FindShortIn(other, low, high, ids);
        count = count != 0 ? count : FindShortIn(Neighbour(line), low, high, ids);
        return count != 0 ? count : FindShortIn(Neighbour(other), low, high, ids);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int FindShortIn(byte* line, ulong low, ulong high, uint* ids)
    {
        byte* entry = line;
        ulong tag = Unsafe.ReadUnaligned<ulong>(entry + 8);
        if ((Unsafe.ReadUnaligned<ulong>(entry) ^ low | (tag ^ high) & ~ShortPieceKey.IdMask) != 0)
        {
            entry += ShortEntryLength;
            tag = Unsafe.ReadUnaligned<ulong>(entry + 8);
            if ((Unsafe.ReadUnaligned<ulong>(entry) ^ low | (tag ^ high) & ~ShortPieceKey.IdMask) != 0)
            {
                return 0;
            }
        }

        Unsafe.CopyBlockUnaligned(ids, entry + 16, MaxShortIds * sizeof(uint));
        return CountIn(tag);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int FindMediumIn(byte* line, in MediumPieceKey key, uint* ids)
    {
        ulong tag = Unsafe.ReadUnaligned<ulong>(line + 8);
        ulong difference = Unsafe.ReadUnaligned<ulong>(line) ^ key.A
            | (tag ^ key.D) & ~ShortPieceKey.IdMask
            | Unsafe.ReadUnaligned<ulong>(line + 16) ^ key.B
            | Unsafe.ReadUnaligned<ulong>(line + 24) ^ key.C;
        if (difference != 0)
        {
            return 0;
        }

        Unsafe.CopyBlockUnaligned(ids, line + 32, MaxMediumIds * sizeof(uint));
        return CountIn(tag);
    }

    private static ulong WithCount(ulong tag, int count) => tag | (ulong)count << ShortPieceKey.IdShift;

    private static int CountIn(ulong tag) => (int)((tag & ShortPieceKey.IdMask) >> ShortPieceKey.IdShift);
}
