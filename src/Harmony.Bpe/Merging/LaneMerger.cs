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
        MergeLane** active = stackalloc MergeLane*[LaneCount];
        MergeLane** started = stackalloc MergeLane*[LaneCount];
        int begun = Math.Min(count, LaneCount);
        int startedCount = begun;
        for (int i = 0; i < begun; i++)
        {
            started[i] = lanes + i;
            Begin(tasks + i, started[i], merges);
        }

        int activeCount = 0;
        while (activeCount + startedCount != 0)
        {
            for (int i = 0; i < startedCount; i++)
            {
                MergeLane.LookUp(started[i], merges);
                active[activeCount++] = started[i];
            }

            startedCount = 0;
            int selected = 0;
            for (int i = 0; i < activeCount; i++)
            {
                MergeLane* lane = active[i];
                if (MergeLane.SelectNext(lane, merges))
                {
                    active[selected++] = lane;
                    continue;
                }

                Finish(lane->Task, lane);
                if (begun < count)
                {
                    Begin(tasks + begun++, lane, merges);
                    started[startedCount++] = lane;
                }
            }

            activeCount = selected;
            for (int i = 0; i < activeCount; i++)
            {
                MergeLane.ApplySelected(active[i], merges);
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
            MergeLane.Start(&lane, bytes, piece.Length, merges);
            MergeLane.LookUp(&lane, merges);
            while (MergeLane.Step(&lane, merges))
            {
            }

            return lane.Finish((uint*)first);
        }
    }

    private static void Begin(MergeTask* task, MergeLane* lane, in MergeTable merges)
    {
        lane->Task = task;
        MergeLane.Start(lane, task->Piece, task->Length, merges);
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
