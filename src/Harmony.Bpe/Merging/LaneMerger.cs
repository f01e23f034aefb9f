using System.Diagnostics;
using System.Runtime.CompilerServices;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Merging;

/// <summary>
/// Merges many pieces at a time. Each active lane takes half a step in turn, so that what one lane prefetches
/// arrives while the others work. A lane that finishes takes the next piece.
/// </summary>
internal static unsafe class LaneMerger
{
    /// <summary>The most lanes; with this many, data arrives before a lane's turn comes again.</summary>
    public const int LaneCount = 16;

    /// <summary>Merges all tasks.</summary>
    /// <param name="tasks">The pieces; receive the ids. Tasks that leave their ids in a lane must not
    /// outnumber the lanes: then task i uses lane i.</param>
    /// <param name="count">The number of tasks.</param>
    /// <param name="merges">The rules.</param>
    /// <param name="lanes">The smaller of <paramref name="count"/> and <see cref="LaneCount"/> lanes.</param>
    // Safety: tasks must be as MergeTask says, and lanes as above.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Merge(MergeTask* tasks, int count, in MergeTable merges, MergeLane* lanes)
    {
        MergeTask** current = stackalloc MergeTask*[LaneCount];
        MergeLane** used = stackalloc MergeLane*[LaneCount];
        int active = Math.Min(count, LaneCount);
        for (int i = 0; i < active; i++)
        {
            used[i] = lanes + i;
            current[i] = Begin(tasks + i, used[i], merges);
        }

        int begun = active;
        while (active != 0)
        {
            for (int i = 0; i < active; i++)
            {
                if (MergeLane.SelectNext(used[i], merges))
                {
                    continue;
                }

                Finish(current[i], used[i]);
                if (begun < count)
                {
                    current[i] = Begin(tasks + begun++, used[i], merges);
                }
                else
                {
                    active--;
                    used[i] = used[active];
                    current[i] = current[active];
                }

                i--;
            }

            for (int i = 0; i < active; i++)
            {
                MergeLane.ApplySelected(used[i], merges);
            }
        }
    }

    /// <summary>Merges one piece of 1 to <see cref="MergeLane.MaxLength"/> bytes.</summary>
    /// <param name="piece">The bytes.</param>
    /// <param name="merges">The rules.</param>
    /// <param name="ids">Receives the ids, at most one for each byte.</param>
    /// <returns>The number of ids.</returns>
    [SkipLocalsInit]
    public static int MergeOne(ReadOnlySpan<byte> piece, in MergeTable merges, Span<int> ids)
    {
        ids = ids[..piece.Length];

        // Safety: the spans are as long as the lane needs them.
        Unsafe.SkipInit(out MergeLane lane);
        fixed (byte* bytes = piece)
        fixed (int* first = ids)
        {
            lane.Start(bytes, piece.Length, merges);
            while (MergeLane.Step(&lane, merges))
            {
            }

            return lane.Finish((uint*)first);
        }
    }

    private static MergeTask* Begin(MergeTask* task, MergeLane* lane, in MergeTable merges)
    {
        lane->Start(task->Piece, task->Length, merges);
        return task;
    }

    private static void Finish(MergeTask* task, MergeLane* lane)
    {
        if (task->Ids != null)
        {
            task->Count = lane->Finish(task->Ids);
            Debug.Assert(
                task->Count > 0 && task->Count <= task->Length,
                $"A piece of {task->Length} bytes has {task->Count} ids, but must have 1 to {task->Length}.");
        }
    }
}
