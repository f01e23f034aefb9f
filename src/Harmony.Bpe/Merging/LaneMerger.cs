using System.Runtime.CompilerServices;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Merging;

/// <summary>Merges many pieces at a time, in lanes that step in turn.</summary>
internal static unsafe class LaneMerger
{
    /// <summary>How many lanes there are: enough that what one asks for is there when its turn comes.</summary>
    public const int LaneCount = 16;

    /// <summary>Merges all tasks.</summary>
    // Safety: tasks must be as MergeTask says, and there must be LaneCount lanes at lanes.
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

                current[i]->Count = used[i]->Finish(current[i]->Ids);
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

    private static MergeTask* Begin(MergeTask* task, MergeLane* lane, in MergeTable merges)
    {
        lane->Start(task->Piece, task->Length, merges);
        return task;
    }
}
