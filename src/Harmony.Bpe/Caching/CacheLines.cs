using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Harmony.Bpe.Caching;

/// <summary>The lines of a <see cref="PieceCache"/>. Their number is a power of two.</summary>
internal readonly unsafe struct CacheLines
{
    private readonly byte* _memory;
    private readonly int _shift;

    /// <summary>Makes lines of memory.</summary>
    // Safety: 2^lineBits lines must be readable and writable at memory, which is aligned to two lines: a line
    // and its neighbour differ in one bit of their addresses.
    public CacheLines(byte* memory, int lineBits)
    {
        Debug.Assert(lineBits is >= 1 and < 32, $"There are 2^{lineBits} lines, but must be at least 2.");
        Debug.Assert(
            (nuint)memory % (2 * CacheLine.Length) == 0,
            $"The lines begin at {(nuint)memory:x}, but must begin at a multiple of {2 * CacheLine.Length}.");
        _memory = memory;
        _shift = 64 - lineBits;
    }

    /// <summary>The number of lines.</summary>
    public uint Count => 1u << (64 - _shift);

    /// <summary>Frees all entries, and takes all marks back.</summary>
    public void Clear() => NativeMemory.Clear(_memory, (nuint)Count * CacheLine.Length);

    /// <summary>The line that the upper bits of a hash select.</summary>
    // Safety: the shift leaves as many bits as there are lines.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* LineOf(ulong hash) => _memory + (nuint)(hash >> _shift) * CacheLine.Length;

    /// <summary>The other line of a pair. Both are usually fetched by the same access to memory.</summary>
    // Safety: lines come in pairs from the start of the memory, which is aligned to a pair.
    public static byte* NeighbourOf(byte* line) => (byte*)((nuint)line ^ CacheLine.Length);
}
