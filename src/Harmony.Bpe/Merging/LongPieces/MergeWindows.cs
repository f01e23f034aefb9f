using System.Runtime.CompilerServices;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Merging.LongPieces;

/// <summary>Stretches of one long piece, each merged as if it were a piece by itself, several at a
/// time.</summary>
internal unsafe struct MergeWindows
{
    /// <summary>How many windows there are.</summary>
    public const int Count = 8;

    /// <summary>The most bytes of a window that overlaps with others. What neighbours have in common is merged
    /// twice, so that short windows waste more; but a step looks through all of a window's pairs.</summary>
    public const int Length = 126;

    private Lanes _lanes;

    [InlineArray(Count)]
    private struct Lanes
    {
        private MergeLane _first;
    }

    /// <summary>Merges windows of a piece.</summary>
    /// <param name="piece">The piece's first byte.</param>
    /// <param name="starts">Where each window begins in the piece.</param>
    /// <param name="ends">Where each ends, at least one byte and at most
    /// <see cref="MergeLane.MaxLength"/> behind.</param>
    /// <param name="count">How many windows, from 1 to <see cref="Count"/>.</param>
    /// <param name="merges">The rules.</param>
    // Safety: the windows must lie inside the piece.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Merge(byte* piece, int* starts, int* ends, int count, MergeTable merges)
    {
        System.Diagnostics.Debug.Assert(count is > 0 and <= Count);
        int* active = stackalloc int[Count];
        fixed (MergeLane* lanes = &_lanes[0])
        {
            for (int i = 0; i < count; i++)
            {
                lanes[i].Start(piece + starts[i], ends[i] - starts[i], merges);
                active[i] = i;
            }

            while (count != 0)
            {
                for (int i = 0; i < count; i++)
                {
                    if (!MergeLane.SelectNext(lanes + active[i], merges))
                    {
                        active[i--] = active[--count];
                    }
                }

                for (int i = 0; i < count; i++)
                {
                    MergeLane.ApplySelected(lanes + active[i], merges);
                }
            }
        }
    }

    /// <summary>Writes the ids of a window that was merged, and where each begins in it.</summary>
    /// <returns>How many there are.</returns>
    // Safety: both have room for the longest window, which is checked.
    public readonly int Read(int window, Span<int> ids, Span<int> starts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ids.Length, MergeLane.MaxLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(starts.Length, MergeLane.MaxLength);
        fixed (int* firstId = ids, firstStart = starts)
        {
            return _lanes[window].Finish((uint*)firstId, firstStart);
        }
    }
}
