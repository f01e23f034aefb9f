using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Harmony.Bpe.Merging.LongPieces;

internal unsafe ref partial struct WindowMerger
{
    /// <summary>So many equal bytes and one more are a run.</summary>
    private const int RunLength = 16;

    private const uint AllSame = (1u << RunLength) - 1;

    /// <summary>A stretch that ends where a run begins has at least so many bytes if it can.</summary>
    private const int MinStretch = 48;

    /// <summary>Where a run is too long for a stretch, it is cut behind so many bytes: runs are of tokens of a
    /// power of two.</summary>
    private const int StretchInRun = 128;

    /// <summary>
    /// Goes on in stretches that end where runs of one byte begin. Tokens of runs are long, so that windows would
    /// have none in common; but what is left over when a run is merged stands at its end, so that the last id in
    /// front of a run and its first are most often compatible, and then nothing needs to overlap.
    /// </summary>
    /// <returns>False if there are no runs, or if ids are not compatible: then nothing was done.</returns>
    [SkipLocalsInit]
    private bool TryAddRuns()
    {
        if (!CanTestCompatibility)
        {
            return false;
        }

        // Inside a run, back to an id at its beginning, or near to it.
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

    /// <summary>Puts a merged stretch behind the first ids, instead of those that are there now, if the ids that
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
                // A run can only begin behind the last byte that is not like the one behind it.
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
