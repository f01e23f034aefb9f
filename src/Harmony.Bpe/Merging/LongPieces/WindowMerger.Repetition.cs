namespace Harmony.Bpe.Merging.LongPieces;

internal ref partial struct WindowMerger
{
    /// <summary>The fewest bytes for which a repetition is used.</summary>
    private const int MinRepeated = 64;

    /// <summary>The most earlier places that are compared in search of a repetition.</summary>
    private const int MaxRepeatCandidates = 4;

    /// <summary>
    /// Continues without merging where the text repeats itself. Suppose an id occurs twice among the last
    /// ids, and the text after its second place equals the text after the first. Then the ids from the first
    /// place to the second can be inserted as often as the text repeats their bytes: no two ids become
    /// neighbours that were not neighbours before.
    /// </summary>
    private bool TryRepeat() => TryRepeat(RestartIndex(Overlap)) || TryRepeat(RestartIndex(WideOverlap));

    private bool TryRepeat(int second)
    {
        int from = _starts[second];
        Span<int> ids = _ids[(_count - _startCount).._count];
        int candidates = MaxRepeatCandidates;
        for (int first = second - 1; first >= 0 && candidates > 0; first--)
        {
            if (ids[first] != ids[second])
            {
                continue;
            }

            candidates--;
            int period = from - _starts[first];
            int same = from + _piece[from..].CommonPrefixLength(_piece[_starts[first]..]);
            int repeats = (same - _end) / period;
            if (same - _end >= period && repeats * period >= MinRepeated)
            {
                Repeat(first, second, repeats);
                return true;
            }
        }

        return false;
    }

    /// <summary>Inserts the ids from one place to another some more times, before those from the second place
    /// on.</summary>
    private void Repeat(int first, int second, int repeats)
    {
        int length = second - first;
        int from = _count - _startCount + second;
        int added = length * repeats;
        Span<int> rest = _ids[from.._count];
        rest.CopyTo(_ids[(from + added)..]);
        for (int done = 0; done < added;)
        {
            // Copies what is there already, twice as much each time.
            int count = Math.Min(length + done, added - done);
            _ids.Slice(from - length, count).CopyTo(_ids[(from + done)..]);
            done += count;
        }

        // The starts of the ids from the second place on and, as far as there is room, of the repetitions.
        int period = _starts[second] - _starts[first];
        int shift = period * repeats;
        int tail = _startCount - second;
        int kept = Math.Min(_starts.Length - tail, added);
        Span<int> starts = stackalloc int[StartsLength];
        for (int i = 0; i < kept; i++)
        {
            int back = kept - 1 - i;
            starts[i] = _starts[second - 1 - back % length] + period * (repeats - back / length);
        }

        for (int i = 0; i < tail; i++)
        {
            starts[kept + i] = _starts[second + i] + shift;
        }

        _startCount = kept + tail;
        starts[.._startCount].CopyTo(_starts);
        _count += added;
        _end += shift;
    }
}
