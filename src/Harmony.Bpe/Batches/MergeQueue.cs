using System.Diagnostics;
using System.Runtime.CompilerServices;
using Harmony.Bpe.Merging;

namespace Harmony.Bpe.Batches;

/// <summary>The misses of a group that must be merged. Numbering: by place in the queue, from 0 below
/// <see cref="BatchLimits.MissGroup"/>.</summary>
// Safety: the accessors assert the numbers.
internal readonly unsafe struct MergeQueue(ref NativeArena arena)
{
    private readonly int* _misses = (int*)arena.Take(BatchLimits.MissGroup, sizeof(int));
    private readonly MergeTask* _tasks = (MergeTask*)arena.Take(BatchLimits.MissGroup, sizeof(MergeTask));
    private readonly uint* _hashes =
        (uint*)arena.Take(BatchLimits.MissGroup + BatchLimits.Slack, sizeof(uint));
    private readonly QueuedDuplicate* _duplicates =
        (QueuedDuplicate*)arena.Take(BatchLimits.MissGroup, sizeof(QueuedDuplicate));

    /// <summary>The number of a queued miss in its group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref int MissAt(int place)
    {
        AssertPlace(place);
        return ref _misses[place];
    }

    /// <summary>A copy of the miss's task: <see cref="LaneMerger"/> wants them without gaps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MergeTask* TaskAt(int place)
    {
        AssertPlace(place);
        return _tasks + place;
    }

    /// <summary>Some bits of the hashes of the queued pieces, from one place on. Vectors may read past the last
    /// one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint* HashesFrom(int place)
    {
        AssertPlace(place);
        return _hashes + place;
    }

    /// <summary>The misses with the same piece as a queued one. Numbering: by duplicate, from 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref QueuedDuplicate DuplicateAt(int duplicate)
    {
        AssertPlace(duplicate);
        return ref _duplicates[duplicate];
    }

    [Conditional("DEBUG")]
    private static void AssertPlace(int place) => Debug.Assert(
        (uint)place < BatchLimits.MissGroup,
        $"The place in the queue is {place}, but must be less than {BatchLimits.MissGroup}.");
}
