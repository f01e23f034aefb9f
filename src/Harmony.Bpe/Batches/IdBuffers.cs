using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Harmony.Bpe.Batches;

/// <summary>
/// The ids of a batch in the order of the text, and before that the ids of pieces with more than
/// <see cref="Caching.PackedIds"/> holds. Numbering: by id; pieces with many ids are listed from 0 in the
/// order of the text.
/// </summary>
// Safety: a batch has at most MaxIds ids, and vectors write less than Slack more.
internal readonly unsafe struct IdBuffers(ref NativeArena arena)
{
    private readonly OverflowIds* _overflow =
        (OverflowIds*)arena.Take(BatchLimits.MaxPieces + BatchLimits.Slack, sizeof(OverflowIds));

    /// <summary>The ids in order.</summary>
    public readonly uint* Ids = (uint*)arena.Take(BatchLimits.MaxIds + BatchLimits.Slack, sizeof(uint));

    /// <summary>The ids of missed pieces, wherever there was room: an id for each byte of a piece that is
    /// still to be merged.</summary>
    public readonly uint* OverflowStorage =
        (uint*)arena.Take(BatchLimits.MaxIds + BatchLimits.Slack, sizeof(uint));

    /// <summary>The pieces with many ids, from one of them on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public OverflowIds* OverflowFrom(int index)
    {
        Debug.Assert(
            (uint)index <= BatchLimits.MaxPieces,
            $"The index is {index}, but a batch has at most {BatchLimits.MaxPieces} pieces.");
        return _overflow + index;
    }
}
