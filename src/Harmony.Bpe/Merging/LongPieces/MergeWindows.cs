using System.Diagnostics;
using System.Runtime.CompilerServices;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Merging.LongPieces;

/// <summary>Windows of one long piece, each merged as if it were a piece by itself, several at a
/// time.</summary>
internal unsafe struct MergeWindows
{
    /// <summary>The most windows at a time.</summary>
    public const int Count = 8;

    /// <summary>The most bytes of a window that overlaps with others. What neighbours have in common is
    /// merged twice, so shorter windows waste more; but every step searches all keys of a window.</summary>
    public const int Length = 126;

    private Lanes _lanes;

    [InlineArray(Count)]
    private struct Lanes
    {
        private MergeLane _first;
    }

    /// <summary>Merges windows of a piece.</summary>
    /// <param name="piece">The first byte of the piece.</param>
    /// <param name="starts">Where each window starts in the piece.</param>
    /// <param name="ends">Where each ends, 1 to <see cref="MergeLane.MaxLength"/> bytes after its
    /// start.</param>
    /// <param name="count">The number of windows, 1 to <see cref="Count"/>.</param>
    /// <param name="merges">The rules.</param>
    // Safety: the windows must lie inside the piece. There is a lane for each.
    [SkipLocalsInit]
    public void Merge(byte* piece, int* starts, int* ends, int count, in MergeTable merges)
    {
        Debug.Assert(count is > 0 and <= Count, $"There are {count} windows, but must be 1 to {Count}.");
        MergeTask* tasks = stackalloc MergeTask[Count];
        for (int i = 0; i < count; i++)
        {
            tasks[i].Piece = piece + starts[i];
            tasks[i].Ids = null;
            tasks[i].Length = ends[i] - starts[i];
        }

        fixed (MergeLane* lanes = &_lanes[0])
        {
            LaneMerger.Merge(tasks, count, merges, lanes);
        }
    }

    /// <summary>Writes the ids of a merged window, and where in it each starts.</summary>
    /// <returns>The number of ids.</returns>
    // Safety: both spans have room for the longest window, which is checked.
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
