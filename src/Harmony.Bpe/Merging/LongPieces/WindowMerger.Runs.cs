using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Harmony.Bpe.Merging.LongPieces;

internal unsafe ref partial struct WindowMerger
{
    /// <summary>A run has at least this many equal bytes, and one more.</summary>
    private const int RunLength = 16;

    private const uint AllSame = (1u << RunLength) - 1;

    /// <summary>The fewest bytes of a stretch that ends where a run begins.</summary>
    private const int MinStretch = 48;

    /// <summary>A run that is too long for a stretch is cut after this many bytes: tokens of runs have
    /// lengths that are powers of two.</summary>
    private const int StretchInRun = 128;

    /// <summary>
    /// Continues in stretches that end where runs of one byte begin. Tokens of runs are long, so windows
    /// would have none in common. But merging a run leaves its odd parts at its end, so the last id before a
    /// run and the first id of the run are usually compatible, and then stretches need not overlap.
    /// </summary>
    /// <returns>False if there are no runs, or if ids are not compatible; then nothing was changed.</returns>
    [SkipLocalsInit]
    private bool TryAddRuns()
    {
        if (!CanTestCompatibility)
        {
            return false;
        }

        // Inside a run, go back to an id at or near its beginning.
        int own = _startCount;
        int from = _end;
        while (own > 0 && _bytes[from - 1] == _bytes[from] && _end - _starts[own - 1] <= StretchInRun)
        {
            from = _starts[--own];
        }

        int* starts = stackalloc int[MergeWindows.Count];
        int* ends = stackalloc int[MergeWindows.Count];
        int count = 0;
        while (count < MergeWindows.Count && TryFindStretch(from, out int end) && end > _end)
        {
            starts[count] = from;
            ends[count++] = end;
            from = end;
        }

        if (count == 0)
        {
            return false;
        }

        Unsafe.SkipInit(out MergeWindows windows);
        windows.Merge(_bytes, starts, ends, count, _merges);
        int added = 0;
        while (added < count && TryAppend(windows, added, starts[added], ends[added], own))
        {
            own = _startCount;
            added++;
        }

        return added != 0;
    }

    /// <summary>Replaces the last ids, from one of them on, by those of a merged stretch, if the ids that
    /// meet are compatible.</summary>
    [SkipLocalsInit]
    private bool TryAppend(in MergeWindows windows, int window, int start, int end, int own)
    {
        Span<int> ids = stackalloc int[MergeLane.MaxLength];
        Span<int> starts = stackalloc int[MergeLane.MaxLength];
        int count = windows.Read(window, ids, starts);
        int kept = _count - _startCount + own;
        if (kept != 0 && !_walk.AreCompatible((uint)_ids[kept - 1], (uint)ids[0]))
        {
            return false;
        }

        Append(own, start, end, ids[..count], starts[..count]);
        return true;
    }

    /// <summary>Finds a stretch that ends where a run begins, or inside a long one.</summary>
    // Safety: where 16 bytes and one more are compared, they are the piece's.
    private readonly bool TryFindStretch(int from, out int end)
    {
        ReadOnlySpan<byte> rest = _piece[from..];
        int run = LengthOfRun(rest);
        int limit = Math.Min(rest.Length - RunLength - 1, MergeLane.MaxLength);
        int next = run;
        while (next <= limit)
        {
            byte* bytes = _bytes + from + next;
            uint same = Vector128.Equals(Vector128.Load(bytes), Vector128.Load(bytes + 1)).ExtractMostSignificantBits();
            if (same != AllSame)
            {
                // A run can only begin after the last byte that differs from its successor.
                next += BitOperations.Log2(~same & AllSame) + 1;
                continue;
            }

            if (next >= MinStretch)
            {
                end = from + next;
                return true;
            }

            next += LengthOfRun(rest[next..]);
        }

        end = from + StretchInRun;
        return run >= StretchInRun + RunLength;
    }

    private static int LengthOfRun(ReadOnlySpan<byte> bytes)
    {
        int length = bytes.IndexOfAnyExcept(bytes[0]);
        return length < 0 ? bytes.Length : length;
    }
}
