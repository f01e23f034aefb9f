using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Caching;

/// <summary>The lines of a <see cref="PieceCache"/>, a power of two of them.</summary>
internal readonly unsafe struct CacheLines(byte* memory, int lineBits)
{
    private readonly byte* _memory = memory;
    private readonly int _shift = 64 - lineBits;

    public uint Count => 1u << (64 - _shift);

    /// <summary>The line that the upper bits of a hash pick.</summary>
    // Safety: the shift leaves as many bits as there are lines.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* LineOf(ulong hash) => _memory + (nuint)(hash >> _shift) * CacheLine.Length;
}
