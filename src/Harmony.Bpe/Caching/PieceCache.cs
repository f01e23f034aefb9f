using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Machine;

namespace Harmony.Bpe.Caching;

/// <summary>
/// A thread's memory of pieces, of a fixed size for ever: lines (<see cref="CacheLine"/>), and a log for what
/// fits into none. Each piece has four lines where it can be, two pairs far from one another.
/// </summary>
/// <remarks>Short tokens are guests: they are kept in their first line, where a batch looks first, if there
/// is room, and give way to pieces that were merged, since the vocabulary has them anyway. A merged piece
/// takes what is free in its lines, else a guest's place, else an older one's, which goes to the log; and so
/// does, at times, a guest: texts change, and lines must not stay full of what nobody uses any
/// more.</remarks>
internal sealed unsafe class PieceCache
{
    /// <summary>After so many bytes of text a cache that is too full is emptied: marks do not go away, and
    /// what turns bring in one by one is slow.</summary>
    public const int BytesPerReset = 64 * 1024 * 1024;

    private const int RefusalsPerEviction = 16;

    /// <summary>Where the lines must begin: at a page, so that a pair is never apart.</summary>
    private const int Alignment = 4096;

    private void* _allocated;
    private readonly byte* _memory;
    private readonly nuint _length;
    private uint _refusals;
    private int _bytes;

    /// <summary>The part for pieces that fit into lines.</summary>
    public readonly CacheLines Lines;

    /// <summary>The part for pieces that fit into no line.</summary>
    public readonly PieceLog Log;

    public PieceCache(int limit)
    {
        // About half for the lines; docs/performance.md has the reason.
        int lineBits = BitOperations.Log2((uint)(limit / CacheLine.Length * 3L / 4));
        nuint linesLength = (nuint)CacheLine.Length << lineBits;
        int logLength = (limit - (int)linesLength) & -CacheLine.Length;
        _length = linesLength + (nuint)logLength;

        // Zeros of the operating system's: it gives a page when it is first touched, so that a thread that encodes
        // little neither waits for all of the memory nor takes it.
        _allocated = NativeMemory.AllocZeroed(_length + Alignment);
        _memory = (byte*)(((nuint)_allocated + Alignment - 1) & ~(nuint)(Alignment - 1));
        Lines = new CacheLines(_memory, lineBits);
        Log = new PieceLog(_memory + linesLength, logLength);
    }

    /// <summary>Forgets all pieces.</summary>
    public void Clear()
    {
        NativeMemory.Clear(_memory, _length);
        Log.Clear();
        _refusals = 0;
        _bytes = 0;
    }

    /// <summary>Takes note of how much text was looked up, and empties the cache if it is time to.</summary>
    public void CountBytesAndMaybeReset(int bytes)
    {
        _bytes += bytes;
        if (_bytes < BytesPerReset)
        {
            return;
        }

        if (_refusals > Lines.Count)
        {
            Clear();
            return;
        }

        _refusals = 0;
        _bytes = 0;
    }

    /// <summary>Gives the memory back; the cache must not be used any more.</summary>
    public void Free()
    {
        NativeMemory.Free(_allocated);
        _allocated = null;
    }

    /// <summary>Finds a short piece that was merged to at most three ids.</summary>
    /// <returns>The ids; a word without any if the piece is not there.</returns>
    public static ulong FindNarrow(in CacheLocation place, Vector128<byte> key)
    {
        ulong packed = CacheLine.Find(place.Line, key);
        if (PackedIds.CountOf(packed) != 0 || !place.MayHaveOverflowed)
        {
            return packed;
        }

        packed = CacheLine.Find(place.Other, key);
        packed = PackedIds.CountOf(packed) != 0 ? packed : CacheLine.Find(Neighbour(place.Line), key);
        return PackedIds.CountOf(packed) != 0 ? packed : CacheLine.Find(Neighbour(place.Other), key);
    }

    /// <summary>Remembers a short piece that was merged to at most three ids.</summary>
    /// <returns>False if it has to take the place of a merged one: then nothing was done.</returns>
    public static bool TryAddNarrow(in CacheLocation place, Vector128<byte> key, ulong packed)
    {
        byte* line = place.Line;
        if (PackedIds.CountOf(CacheLine.Find(line, key)) != 0)
        {
            // A piece that was twice in a batch.
            return true;
        }

        byte* entry = CacheLine.FreeEntry(line);
        if (entry == null)
        {
            byte* other = place.Other;
            entry = CacheLine.FreeEntry(other);
            entry = entry != null ? entry : CacheLine.FreeEntry(Neighbour(line));
            entry = entry != null ? entry : CacheLine.FreeEntry(Neighbour(other));
            entry = entry != null ? entry : CacheLine.SingleEntry(line);
            entry = entry != null ? entry : CacheLine.SingleEntry(other);
            entry = entry != null ? entry : CacheLine.SingleEntry(Neighbour(line));
            entry = entry != null ? entry : CacheLine.SingleEntry(Neighbour(other));
            if (entry == null)
            {
                return false;
            }

            // If it is in its own line after all, the mark does no harm.
            place.Mark();
        }

        CacheLine.WriteNarrow(entry, key, packed);
        return true;
    }

    /// <summary>Remembers a short token in its first line.</summary>
    /// <returns>False if it has to take the place of a merged piece: then nothing was done.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryAddVocabularyEntry(byte* line, Vector128<byte> key, ulong packed)
    {
        byte* entry = CacheLine.FreeEntry(line);
        entry = entry != null ? entry : CacheLine.SingleEntry(line);
        if (entry == null)
        {
            return false;
        }

        if (PackedIds.CountOf(CacheLine.Find(line, key)) == 0)
        {
            CacheLine.WriteNarrow(entry, key, packed);
        }

        return true;
    }

    /// <summary>Whether a piece that found no room in its lines may take a merged one's: one in so many, so
    /// that those that come often get in soon, and those that are seldom leave what is there alone.</summary>
    public bool ShouldEvict() => ++_refusals % RefusalsPerEviction == 0;

    /// <summary>Copies the ids of a piece with a wide entry, always eight of them.</summary>
    /// <returns>How many of the eight count; 0 if the piece is not there.</returns>
    // Safety: 29 bytes of the piece, filled up with zeros, must be readable; eight ids must be writable.
    public static int FindWide(in CacheLocation place, byte* key, int length, uint* ids)
    {
        int count = CacheLine.CopyWideIds(place.Line, key, length, ids);
        if (count == 0 && place.MayHaveOverflowed)
        {
            count = CacheLine.CopyWideIds(place.Other, key, length, ids);
            count = count != 0 ? count : CacheLine.CopyWideIds(Neighbour(place.Line), key, length, ids);
            count = count != 0 ? count : CacheLine.CopyWideIds(Neighbour(place.Other), key, length, ids);
        }

        return count;
    }

    /// <summary>Remembers a piece of at most 29 bytes with at most eight ids.</summary>
    /// <returns>False if it has to take the place of a merged one: then nothing was done.</returns>
    // Safety: as above; count ids must be readable.
    public static bool TryAddWide(in CacheLocation place, byte* key, int length, uint* ids, int count)
    {
        byte* line = place.Line;
        int worth = CacheLine.EvictionCost(line, length, count);
        if (worth != 0)
        {
            TakeLessWorth(place.Other);
            TakeLessWorth(Neighbour(place.Line));
            TakeLessWorth(Neighbour(place.Other));
            if (worth > CacheLine.CostOfVocabularyEntries)
            {
                return false;
            }

            if (line != place.Line)
            {
                place.Mark();
            }
        }

        CacheLine.WriteWide(line, key, length, ids, count);
        return true;

        void TakeLessWorth(byte* other)
        {
            int otherWorth = CacheLine.EvictionCost(other, length, count);
            if (otherWorth < worth)
            {
                line = other;
                worth = otherWorth;
            }
        }
    }

    /// <summary>Asks for the lines where a piece can be, but for its first.</summary>
    public static void PrefetchOthers(in CacheLocation place)
    {
        Prefetch.Line(Neighbour(place.Line));
        Prefetch.Line(place.Other);
        Prefetch.Line(Neighbour(place.Other));
    }

    // Lines are in pairs from the start of the memory, which is aligned to more than a pair.
    private static byte* Neighbour(byte* line) => (byte*)((nuint)line ^ CacheLine.Length);
}
