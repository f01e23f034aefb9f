using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Batches;

/// <summary>What a batch knows of each of its pieces. Numbering: by piece, from 0, in the order of the
/// text.</summary>
// Safety: pieces are numbered below MaxPieces, which the accessors assert. Each array has Slack more
// elements.
internal readonly unsafe struct SplitBuffers(ref NativeArena arena)
{
    private readonly uint* _starts = (uint*)arena.Take(BatchLimits.MaxPieces + BatchLimits.Slack, sizeof(uint));
    private readonly ulong* _packedIds = (ulong*)arena.Take(BatchLimits.MaxPieces + BatchLimits.Slack, sizeof(ulong));

    /// <summary>Where the pieces start, in bytes of the text, from one piece on. There is one start more than
    /// pieces: the end of the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint* StartsFrom(int piece)
    {
        AssertPiece(piece);
        return _starts + piece;
    }

    /// <summary>The <see cref="Caching.PackedIds"/> of the pieces, from one piece on. Pieces with more ids
    /// than that holds have none; <see cref="IdBuffers"/> has theirs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong* PackedIdsFrom(int piece)
    {
        AssertPiece(piece);
        return _packedIds + piece;
    }

    /// <summary>Where a piece starts, in bytes of the text; for the number of pieces, where the last one
    /// ends.</summary>
    public int StartOf(int piece) => (int)*StartsFrom(piece);

    [Conditional("DEBUG")]
    private static void AssertPiece(int piece) => Debug.Assert(
        (uint)piece <= BatchLimits.MaxPieces,
        $"The piece has number {piece}, but there are at most {BatchLimits.MaxPieces}.");
}
