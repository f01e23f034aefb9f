using System.Diagnostics;
using CommunityToolkit.HighPerformance.Buffers;

namespace Harmony.Bpe.Merging.LongPieces;

internal ref partial struct WindowMerger
{
    /// <summary>How far before the end the first wide window starts, in bytes. Each next one starts four
    /// times as far.</summary>
    private const int WideOverlap = 144;

    /// <summary>How far past the end the first wide window reaches; likewise.</summary>
    private const int WideStep = 320;

    /// <summary>
    /// Merges windows that grow to both sides until one has a token in common with the ids. If none has, the
    /// whole piece is merged at once.
    /// </summary>
    private void AddWide()
    {
        int overlap = WideOverlap;
        int step = WideStep;
        while (true)
        {
            int start = _starts[RestartIndex(overlap)];
            int end = _end + Math.Min(step, _piece.Length - _end);
            if (TryAddWide(start, end))
            {
                return;
            }

            if (start == _starts[0] && end == _piece.Length)
            {
                TryAddWide(0, end);
                return;
            }

            overlap = (int)Math.Min(4L * overlap, _piece.Length);
            step = (int)Math.Min(4L * step, _piece.Length);
        }
    }

    private bool TryAddWide(int start, int end)
    {
        Debug.Assert(
            end > _end || end == _piece.Length,
            $"The window ends at {end}, but must end after {_end}, or at the end of the piece at {_piece.Length}.");
        ReadOnlySpan<byte> window = _piece[start..end];
        using SpanOwner<int> idsOwner = SpanOwner<int>.Allocate(window.Length);
        using SpanOwner<int> startsOwner = SpanOwner<int>.Allocate(window.Length);
        Span<int> ids = idsOwner.Span;
        Span<int> starts = startsOwner.Span;
        int count = window.Length <= BlockMerger.MaxLength
            ? BlockMerger.Merge(window, _merges, ids, starts)
            : HeapMerger.Merge(window, _merges, ids, starts, _cancellationToken);
        return TryAppendFromCommon(start, end, ids[..count], starts[..count]);
    }
}
