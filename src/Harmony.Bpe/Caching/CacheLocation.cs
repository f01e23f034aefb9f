using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Caching;

/// <summary>Where a piece can be in a <see cref="PieceCache"/>: two lines, each the first of its pair that is
/// looked at. Pieces that found no room in their first line leave a mark there, one of six, so that most
/// that are nowhere are looked for nowhere else.</summary>
internal readonly unsafe struct CacheLocation
{
    public readonly byte* Line;
    public readonly byte* Other;
    private readonly uint _mark;

    /// <summary>The two lines, and the mark that some bits of the hash pick.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public CacheLocation(byte* line, byte* other, ulong hash)
    {
        Line = line;
        Other = other;
        _mark = 1u << (int)((hash & 0xFF) * CacheLine.MarkCount >> 8);
    }

    /// <summary>False if the piece is in its first line or nowhere.</summary>
    public bool MayHaveOverflowed
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => CacheLine.HasMark(Line, _mark);
    }

    /// <summary>From now on the piece may be elsewhere.</summary>
    public void Mark() => CacheLine.SetMark(Line, _mark);
}
