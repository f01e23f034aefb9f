using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Memory;

/// <summary>
/// A thread's memory of merged pieces, of a fixed size for ever. Three parts: lines of two short pieces with up to
/// four ids each, pairs of lines with a medium piece and up to eight ids each, and a log of all others. A new piece
/// takes the place of the older one of its two, and a full log begins again.
/// </summary>
internal sealed unsafe class PieceCache
{
    /// <summary>The most ids beside a short piece.</summary>
    public const int MaxShortIds = 4;

    /// <summary>The most ids beside a medium piece.</summary>
    public const int MaxMediumIds = 8;

    private const int ShortLineLength = 64;
    private const int ShortEntryLength = 32;
    private const int MediumLineLength = 128;
    private const int MediumEntryLength = 64;

    private byte* _memory;
    private readonly nuint _length;
    private readonly byte* _shortLines;
    private readonly ulong _shortLineCount;
    private readonly byte* _mediumLines;
    private readonly ulong _mediumLineCount;

    /// <summary>The part for pieces that fit neither of the others.</summary>
    public readonly PieceLog Log;

    public PieceCache(int limit)
    {
        // Five eighths short, two eighths medium... measured on the corpora; see docs/performance.md.
        _shortLineCount = (ulong)limit * 3 / 8 / ShortLineLength;
        _mediumLineCount = (ulong)limit * 3 / 8 / MediumLineLength;
        int logLength = (limit / 4 - 4096) & ~63;
        _length = (nuint)(_shortLineCount * ShortLineLength + _mediumLineCount * MediumLineLength) + (nuint)logLength;
        _memory = (byte*)NativeMemory.AlignedAlloc(_length, 4096);
        _shortLines = _memory;
        _mediumLines = _shortLines + _shortLineCount * ShortLineLength;
        Log = new PieceLog(_mediumLines + _mediumLineCount * MediumLineLength, logLength);
        Clear();
    }

    /// <summary>The bytes that each thread's cache may take; threads that have one keep its size.</summary>
    public static int Limit { get; set; } = 4 * 1024 * 1024 - 128 * 1024;

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

    /// <summary>The line in which a short piece with this hash can be.</summary>
    // Safety: the high half of the product is below the number of lines.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* ShortLine(ulong hash) =>
        _shortLines + (((hash & uint.MaxValue) * _shortLineCount) >> 32) * ShortLineLength;

    /// <summary>The line in which a medium piece with this hash can be.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* MediumLine(ulong hash) =>
        _mediumLines + (((hash & uint.MaxValue) * _mediumLineCount) >> 32) * MediumLineLength;

    /// <summary>Copies a short piece's ids, always four of them.</summary>
    /// <returns>How many of the four count; 0 if the piece is not there.</returns>
    // Safety: line must be a short line, and four ids must be writable.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int FindShort(byte* line, ulong low, ulong high, uint* ids)
    {
        byte* entry = line;
        ulong found = Unsafe.ReadUnaligned<ulong>(entry + 8);
        if ((Unsafe.ReadUnaligned<ulong>(entry) ^ low | (found ^ high) & ~ShortPieceKey.IdMask) != 0)
        {
            entry += ShortEntryLength;
            found = Unsafe.ReadUnaligned<ulong>(entry + 8);
            if ((Unsafe.ReadUnaligned<ulong>(entry) ^ low | (found ^ high) & ~ShortPieceKey.IdMask) != 0)
            {
                return 0;
            }
        }

        Unsafe.CopyBlockUnaligned(ids, entry + 16, MaxShortIds * sizeof(uint));
        return (int)((found & ShortPieceKey.IdMask) >> ShortPieceKey.IdShift);
    }

    /// <summary>Remembers a short piece with at most four ids.</summary>
    // Safety: line must be a short line; four ids must be readable.
    public static void AddShort(byte* line, ulong low, ulong high, uint* ids, int count)
    {
        Unsafe.CopyBlockUnaligned(line + ShortEntryLength, line, ShortEntryLength);
        Unsafe.WriteUnaligned(line, low);
        Unsafe.WriteUnaligned(line + 8, high | (ulong)count << ShortPieceKey.IdShift);
        Unsafe.CopyBlockUnaligned(line + 16, ids, MaxShortIds * sizeof(uint));
    }

    /// <summary>Copies a medium piece's ids, always eight of them.</summary>
    /// <returns>How many of the eight count; 0 if the piece is not there.</returns>
    // Safety: line must be a medium line, and eight ids must be writable.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int FindMedium(byte* line, in MediumPieceKey key, uint* ids)
    {
        for (byte* entry = line; entry < line + MediumLineLength; entry += MediumEntryLength)
        {
            ulong found = Unsafe.ReadUnaligned<ulong>(entry + 24);
            ulong difference = Unsafe.ReadUnaligned<ulong>(entry) ^ key.A
                | Unsafe.ReadUnaligned<ulong>(entry + 8) ^ key.B
                | Unsafe.ReadUnaligned<ulong>(entry + 16) ^ key.C
                | (found ^ key.D) & ~ShortPieceKey.IdMask;
            if (difference == 0)
            {
                Unsafe.CopyBlockUnaligned(ids, entry + 32, MaxMediumIds * sizeof(uint));
                return (int)((found & ShortPieceKey.IdMask) >> ShortPieceKey.IdShift);
            }
        }

        return 0;
    }

    /// <summary>Remembers a medium piece with at most eight ids.</summary>
    // Safety: line must be a medium line; eight ids must be readable.
    public static void AddMedium(byte* line, in MediumPieceKey key, uint* ids, int count)
    {
        Unsafe.CopyBlockUnaligned(line + MediumEntryLength, line, MediumEntryLength);
        Unsafe.WriteUnaligned(line, key.A);
        Unsafe.WriteUnaligned(line + 8, key.B);
        Unsafe.WriteUnaligned(line + 16, key.C);
        Unsafe.WriteUnaligned(line + 24, key.D | (ulong)count << ShortPieceKey.IdShift);
        Unsafe.CopyBlockUnaligned(line + 32, ids, MaxMediumIds * sizeof(uint));
    }
}
