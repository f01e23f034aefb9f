using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Caching;

/// <summary>
/// The lines of a <see cref="PieceCache"/> where a piece can be: its home line, another line, and the
/// neighbours of both. A piece that found no room in its home line leaves a mark there, one of six. A piece
/// without a mark is in its home line or nowhere, so that most pieces that are not cached need one look.
/// </summary>
// Safety: the lines must be the cache's, which CacheLines.LineOf gives.
internal readonly unsafe struct CacheLocation
{
    /// <summary>The home line, where a batch looks first.</summary>
    public readonly byte* Line;

    /// <summary>The other line.</summary>
    public readonly byte* Other;

    private readonly uint _mark;

    /// <summary>Two lines, and the mark that some bits of the piece's hash select.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public CacheLocation(byte* line, byte* other, ulong hash)
    {
        Line = line;
        Other = other;
        _mark = 1u << (int)((hash & 0xFF) * CacheLine.MarkCount >> 8);
    }

    /// <summary>If false, the piece is in its home line or nowhere.</summary>
    public bool MayHaveOverflowed
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => CacheLine.HasMark(Line, _mark);
    }

    /// <summary>Marks the home line: the piece may be elsewhere from now on.</summary>
    public void MarkOverflowed() => CacheLine.SetMark(Line, _mark);

    /// <summary>Prefetches all lines but the home line.</summary>
    public void PrefetchOthers()
    {
        Machine.Prefetch.Line(CacheLines.NeighbourOf(Line));
        Machine.Prefetch.Line(Other);
        Machine.Prefetch.Line(CacheLines.NeighbourOf(Other));
    }
}
