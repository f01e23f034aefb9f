using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Harmony.Bpe.Caching;

/// <summary>
/// The pieces that a thread met before, with their ids, in memory of a fixed size: <see cref="Lines"/> for
/// pieces of at most 29 bytes, and <see cref="Log"/> for pieces that fit into no line. A hash gives each
/// piece its <see cref="CacheLocation"/>. This class finds; <see cref="CacheEviction"/> decides what is kept
/// and what yields.
/// </summary>
internal sealed unsafe class PieceCache
{
    /// <summary>Where the lines begin: at a page, so that a pair of lines is never split.</summary>
    private const int Alignment = 4096;

    /// <summary>The lines.</summary>
    public readonly CacheLines Lines;

    /// <summary>The log.</summary>
    public readonly PieceLog Log;

    /// <summary>Decides what is kept.</summary>
    public readonly CacheEviction Eviction;

    /// <summary>Whether much of what it lost came again, so that a larger one would pay.</summary>
    public bool IsTooSmall => Log.IsTooSmall;

    private void* _allocated;

    /// <summary>Makes an empty cache.</summary>
    /// <param name="limit">The most bytes that it may take, apart from <see cref="Alignment"/>.</param>
    /// <param name="addsAtFirstSight">As for the <see cref="PieceLog"/>.</param>
    public PieceCache(int limit, bool addsAtFirstSight = false)
    {
        Debug.Assert(limit >= 4 * CacheLine.Length, $"The cache has {limit} bytes, but needs room for two lines and a log.");

        // Somewhat more than half for the lines; docs/journal/performance.md has the reason.
        int lineBits = BitOperations.Log2((uint)(limit / CacheLine.Length * 3L / 4));
        nuint linesLength = (nuint)CacheLine.Length << lineBits;
        int logLength = (limit - (int)linesLength) & -CacheLine.Length;

        // Zeroed by the operating system, which provides a page when it is first touched: a thread that
        // encodes little neither waits for all of the memory nor uses it.
        _allocated = NativeMemory.AllocZeroed(linesLength + (nuint)logLength + Alignment);
        byte* memory = (byte*)(((nuint)_allocated + Alignment - 1) & ~(nuint)(Alignment - 1));
        Lines = new CacheLines(memory, lineBits);
        Log = new PieceLog(memory + linesLength, logLength, addsAtFirstSight);
        Eviction = new CacheEviction(this);
    }

    /// <summary>Forgets all pieces.</summary>
    public void Clear()
    {
        Lines.Clear();
        Log.Clear();
        Eviction.Reset();
    }

    /// <summary>Frees the memory. The cache must not be used after that.</summary>
    public void Free()
    {
        NativeMemory.Free(_allocated);
        _allocated = null;
    }

    /// <summary>Finds a piece of at most 13 bytes with at most three ids, in all of its lines.</summary>
    /// <returns>The <see cref="PackedIds"/>; none if the piece is not there.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ulong FindNarrow(in CacheLocation location, Vector128<byte> key)
    {
        ulong packed = CacheLine.Find(location.Line, key);
        if (PackedIds.CountOf(packed) != 0 || !location.MayHaveOverflowed)
        {
            return packed;
        }

        packed = CacheLine.Find(location.Other, key);
        packed = PackedIds.CountOf(packed) != 0
            ? packed
            : CacheLine.Find(CacheLines.NeighbourOf(location.Line), key);
        return PackedIds.CountOf(packed) != 0
            ? packed
            : CacheLine.Find(CacheLines.NeighbourOf(location.Other), key);
    }

    /// <summary>Finds a piece of at most 29 bytes with at most eight ids, in all of its lines.</summary>
    /// <returns>How many of the eight ids that are written are valid; 0 if the piece is not there.</returns>
    // Safety: 29 bytes of the piece, padded with zeros, must be readable; eight ids must be writable.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int FindWide(in CacheLocation location, byte* key, int length, uint* ids)
    {
        int count = CacheLine.CopyWideIds(location.Line, key, length, ids);
        if (count == 0 && location.MayHaveOverflowed)
        {
            count = CacheLine.CopyWideIds(location.Other, key, length, ids);
            count = count != 0
                ? count
                : CacheLine.CopyWideIds(CacheLines.NeighbourOf(location.Line), key, length, ids);
            count = count != 0
                ? count
                : CacheLine.CopyWideIds(CacheLines.NeighbourOf(location.Other), key, length, ids);
        }

        return count;
    }
}
