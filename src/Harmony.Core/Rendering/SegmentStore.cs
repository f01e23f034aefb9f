using System.Buffers;

namespace Harmony.Core.Rendering;

/// <summary>The ids of a conversation's messages, a segment for each. New segments go to the end; a segment
/// that is removed elsewhere leaves a gap until gaps outweigh ids. Not thread-safe.</summary>
internal sealed class SegmentStore : IBufferWriter<int>
{
    // Fewer ids than this in gaps are not worth a copy.
    private const int MaxGaps = 4096;

    private int[] _ids = [];
    private int _gaps;

    /// <summary>Gets the number of ids that there is room for.</summary>
    public int Capacity => _ids.Length;

    /// <summary>Gets where the next segment starts.</summary>
    public int Length { get; private set; }

    public ReadOnlySpan<int> Slice(int start, int length) => _ids.AsSpan(start, length);

    /// <summary>Frees a segment.</summary>
    public void Remove(int start, int length)
    {
        if (start + length == Length)
        {
            Length = start;
        }
        else
        {
            _gaps += length;
        }
    }

    public void Clear()
    {
        _ids = [];
        _gaps = 0;
        Length = 0;
    }

    /// <summary>Closes the gaps if they outweigh the segments.</summary>
    public void Tidy(Span<MessageSlot> slots)
    {
        int live = Length - _gaps;
        if (_gaps <= MaxGaps || _gaps <= live)
        {
            return;
        }

        var tidy = new int[live + (live / 4) + MaxGaps];
        int end = 0;
        foreach (ref MessageSlot slot in slots)
        {
            Slice(slot.SegmentStart, slot.SegmentLength).CopyTo(tidy.AsSpan(end));
            slot.MoveSegment(end);
            end += slot.SegmentLength;
        }

        _ids = tidy;
        _gaps = 0;
        Length = end;
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            (uint)count, (uint)(_ids.Length - Length), nameof(count));
        Length += count;
    }

    public Memory<int> GetMemory(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return _ids.AsMemory(Length);
    }

    public Span<int> GetSpan(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return _ids.AsSpan(Length);
    }

    private void EnsureFree(int sizeHint)
    {
        int needed = checked(Length + Math.Max(sizeHint, 1));
        if (needed > _ids.Length)
        {
            Array.Resize(ref _ids, (int)Math.Min(Math.Max(needed, 2L * _ids.Length), Array.MaxLength));
        }
    }
}
