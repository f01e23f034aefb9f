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
        arena.Take<OverflowIds>(BatchLimits.MaxPieces + BatchLimits.Slack);

    /// <summary>The ids in order.</summary>
    public readonly uint* Ids = arena.Take<uint>(BatchLimits.MaxIds + BatchLimits.Slack);

    /// <summary>The ids of missed pieces, wherever there was room: an id for each byte of a piece that is
    /// still to be merged.</summary>
    public readonly uint* OverflowStorage = arena.Take<uint>(BatchLimits.MaxIds + BatchLimits.Slack);

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
