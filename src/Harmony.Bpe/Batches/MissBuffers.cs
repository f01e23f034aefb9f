using System.Diagnostics;
using System.Runtime.CompilerServices;
using Harmony.Bpe.Caching;
using Harmony.Bpe.Merging;

namespace Harmony.Bpe.Batches;

/// <summary>
/// Working arrays for pieces that were not in their home line of the cache. Numbering: by miss. Misses are
/// first listed for the whole batch, then resolved in groups; probes and tasks are numbered in the group,
/// from 0 below <see cref="BatchLimits.MissGroup"/>.
/// </summary>
// Safety: the accessors assert the numbers. The list has Slack more elements, which vectors may overwrite.
internal readonly unsafe struct MissBuffers(ref NativeArena arena)
{
    private readonly uint* _missed =
        (uint*)arena.Take(BatchLimits.MaxPieces + BatchLimits.Slack, sizeof(uint));
    private readonly PieceProbe* _probes = (PieceProbe*)arena.Take(BatchLimits.MissGroup, sizeof(PieceProbe));
    private readonly MergeTask* _tasks = (MergeTask*)arena.Take(BatchLimits.MissGroup, sizeof(MergeTask));

    /// <summary>The numbers of the missed pieces in the batch, from one miss of the batch on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint* MissedFrom(int miss)
    {
        Debug.Assert(
            (uint)miss <= BatchLimits.MaxPieces,
            $"The miss has number {miss}, but a batch has at most {BatchLimits.MaxPieces}.");
        return _missed + miss;
    }

    /// <summary>How a miss of the group is looked up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PieceProbe* ProbeOf(int miss)
    {
        AssertMiss(miss);
        return _probes + miss;
    }

    /// <summary>The bytes and ids of a miss of the group. Its count is 0 while the piece has no ids, and if
    /// they are packed in <see cref="SplitBuffers"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MergeTask* TaskOf(int miss)
    {
        AssertMiss(miss);
        return _tasks + miss;
    }

    [Conditional("DEBUG")]
    private static void AssertMiss(int miss) => Debug.Assert(
        (uint)miss < BatchLimits.MissGroup,
        $"The miss has number {miss}, but a group has at most {BatchLimits.MissGroup}.");
}
