using System.Runtime.CompilerServices;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Merging.LongPieces;

/// <summary>
/// Merges pieces of more than 254 bytes in linear time. The idea is simple: merge overlapping windows of 126
/// bytes, each by itself. Where two of them have a token in common, at the same place, the ids of the first
/// up to that token and those of the second after it are the ids of both. This is exact, because ids are
/// right if each two neighbours are (docs/bpe.md proves it). There are four departures:
/// <list type="number">
/// <item>Text that repeats itself is not merged again (WindowMerger.Repetition).</item>
/// <item>Where few tokens come again and again, <see cref="TokenWalk"/> needs no merging.</item>
/// <item>Where runs of one byte have tokens that are longer than the overlap, windows end where runs begin
/// (WindowMerger.Runs).</item>
/// <item>Where two windows have nothing in common, they grow (WindowMerger.Wide).</item>
/// </list>
/// </summary>
internal unsafe ref partial struct WindowMerger
{
    /// <summary>How far a window starts before the end of the one before, in bytes. Ids near an end can
    /// change with more text, so with fewer bytes there would often be no token in common.</summary>
    private const int Overlap = 32;

    /// <summary>If the id where a window would start is further from the end than this, in bytes, its token
    /// is too long for windows: they would have no token in common.</summary>
    private const int LongTokens = 48;

    /// <summary>The most of the last ids whose starts are kept. At least half of them always are, so that a
    /// wide window can start before a window of few long tokens.</summary>
    private const int StartsLength = 4 * MergeWindows.Length;

    /// <summary>Back-off after a failed walk: bytes merged in windows before retrying. Doubles for each
    /// failure, up to <see cref="MaxBetweenWalks"/>.</summary>
    private const int MinBetweenWalks = 4_096;

    private const int MaxBetweenWalks = 65_536;

    /// <summary>Shorter pieces are not walked: a failed walk would take as long as their windows.</summary>
    private const int MinWalked = 1_024;

    /// <summary>What the walks of a piece may cost in addition, in about nanoseconds, until they remember the
    /// tokens that come again and again; and what a retry may.</summary>
    private const int MaxCredit = 32_768;

    private const int CreditAgain = 8_192;

    private readonly ReadOnlySpan<byte> _piece;
    private readonly byte* _bytes;
    private readonly MergeTable _merges;
    private readonly CancellationToken _cancellationToken;

    // Up to here there are windows and no walk; may be the end of the piece.
    private readonly TokenTable _tokens;
    private readonly TokenWalk _walk;
    private int _windowsUntil;
    private int _betweenWalks;
    private int _credit;

    // The ids of the first _end bytes, as if the piece ended there, and the starts of the last ones.
    private readonly Span<int> _ids;
    private int _count;
    private int _end;
    private readonly Span<int> _starts;
    private int _startCount;

    private WindowMerger(
        ReadOnlySpan<byte> piece,
        byte* bytes,
        MergeTable merges,
        Span<int> ids,
        Span<int> starts,
        CancellationToken cancellationToken)
    {
        _piece = piece;
        _bytes = bytes;
        _merges = merges;
        _ids = ids;
        _starts = starts;
        _cancellationToken = cancellationToken;
        _windowsUntil = piece.Length;
    }

    private WindowMerger(
        ReadOnlySpan<byte> piece,
        byte* bytes,
        FrozenVocabulary vocabulary,
        uint* pairs,
        Span<int> ids,
        Span<int> starts,
        CancellationToken cancellationToken)
        : this(piece, bytes, vocabulary.Merges, ids, starts, cancellationToken)
    {
        _tokens = vocabulary.Tokens;
        _walk = new TokenWalk(bytes, piece.Length, vocabulary, pairs);
        _windowsUntil = piece.Length < MinWalked ? piece.Length : 0;
        _credit = (int)Math.Min(8L * piece.Length, MaxCredit);
        _betweenWalks = MinBetweenWalks;
    }

    /// <summary>Whether the vocabulary is one whose tokens <see cref="TokenWalk.TestCompatibility"/> can
    /// compare.</summary>
    private readonly bool CanTestCompatibility => _betweenWalks != 0;

    /// <summary>Merges a piece of at least one byte.</summary>
    /// <param name="piece">The bytes.</param>
    /// <param name="vocabulary">The rules and the tokens.</param>
    /// <param name="ids">Receives the ids, at most one for each byte.</param>
    /// <param name="cancellationToken">Checked now and then.</param>
    /// <returns>The number of ids.</returns>
    [SkipLocalsInit]
    public static int Merge(
        ReadOnlySpan<byte> piece,
        FrozenVocabulary vocabulary,
        Span<int> ids,
        CancellationToken cancellationToken)
    {
        if (vocabulary.Trie.IsEmpty)
        {
            return Merge(piece, vocabulary.Merges, ids, cancellationToken);
        }

        // Safety: the walk has the memory that it needs.
        Span<int> starts = stackalloc int[StartsLength];
        uint* pairs = stackalloc uint[TokenWalk.MaxPairs];
        fixed (byte* bytes = piece)
        {
            ids = ids[..piece.Length];
            var merger = new WindowMerger(piece, bytes, vocabulary, pairs, ids, starts, cancellationToken);
            return merger.MergeAll();
        }
    }

    /// <summary>The same without walks and runs, for any vocabulary.</summary>
    [SkipLocalsInit]
    public static int Merge(
        ReadOnlySpan<byte> piece, MergeTable merges, Span<int> ids, CancellationToken cancellationToken)
    {
        Span<int> starts = stackalloc int[StartsLength];
        fixed (byte* bytes = piece)
        {
            ids = ids[..piece.Length];
            var merger = new WindowMerger(piece, bytes, merges, ids, starts, cancellationToken);
            return merger.MergeAll();
        }
    }

    [SkipLocalsInit]
    private int MergeAll()
    {
        Unsafe.SkipInit(out MergeWindows windows);
        while (_end < _piece.Length)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            if (_end >= _windowsUntil)
            {
                Walk();
                continue;
            }

            if (_count == 0)
            {
                AddWindow(ref windows, 0);
                continue;
            }

            int before = _end;
            if (!TryRepeat() && !TryAddRuns() && _end - _starts[RestartIndex(Overlap)] <= LongTokens)
            {
                AddWindows(ref windows);
            }

            if (_end == before)
            {
                AddWide();
            }
        }

        return _count;
    }

    /// <summary>Walks through the next stretch, or leaves the text to windows for a while.</summary>
    private void Walk()
    {
        if (_count != 0 && TryRepeat())
        {
            return;
        }

        if (_walk.TryAdvance(_ids, ref _count, ref _end, ref _credit))
        {
            _betweenWalks = MinBetweenWalks;
        }
        else
        {
            _windowsUntil = (int)Math.Min((long)_end + _betweenWalks, _piece.Length);
            _betweenWalks = Math.Min(2 * _betweenWalks, MaxBetweenWalks);
            _credit = CreditAgain;
        }

        // The starts of the last ids.
        _startCount = Math.Min(_count, _starts.Length);
        int start = _end;
        for (int i = 1; i <= _startCount; i++)
        {
            start -= _tokens.BytesOf(_ids[_count - i]).Length;
            _starts[_startCount - i] = start;
        }
    }

    /// <summary>Merges the next windows together and appends one after another.</summary>
    private void AddWindows(ref MergeWindows windows)
    {
        const int Step = MergeWindows.Length - Overlap;

        // Safety: a window starts before the end of the piece and ends at most there.
        int* starts = stackalloc int[MergeWindows.Count];
        int* ends = stackalloc int[MergeWindows.Count];
        int count = 0;
        int start = _starts[RestartIndex(Overlap)];
        do
        {
            starts[count] = start;
            ends[count] = EndOfWindow(start);
            start = StartOfCharacter(start + Math.Min(Step, _piece.Length - start));
        }
        while (ends[count++] < _piece.Length && count < MergeWindows.Count);

        windows.Merge(_bytes, starts, ends, count, _merges);
        for (int i = 0; i < count; i++)
        {
            while (_end < ends[i] && !TryAdd(windows, i, starts[i], ends[i]))
            {
                if (!TryRepeat())
                {
                    AddWindow(_starts[RestartIndex(Overlap)]);
                }
            }
        }
    }

    /// <summary>Merges and appends a single window, while others are merged already; a wide one if it has no
    /// token in common.</summary>
    [SkipLocalsInit]
    private void AddWindow(int start)
    {
        Unsafe.SkipInit(out MergeWindows windows);
        AddWindow(ref windows, start);
    }

    private void AddWindow(ref MergeWindows windows, int start)
    {
        int end = EndOfWindow(start);
        windows.Merge(_bytes, &start, &end, 1, _merges);
        if (end <= _end || !TryAdd(windows, 0, start, end))
        {
            AddWide();
        }
    }

    private readonly int EndOfWindow(int start) => start + Math.Min(MergeWindows.Length, _piece.Length - start);

    /// <summary>Appends a merged window, if it has a token in common with the ids.</summary>
    [SkipLocalsInit]
    private bool TryAdd(in MergeWindows windows, int window, int start, int end)
    {
        Span<int> ids = stackalloc int[MergeLane.MaxLength];
        Span<int> starts = stackalloc int[MergeLane.MaxLength];
        int count = windows.Read(window, ids, starts);
        return TryAppendFromCommon(start, end, ids[..count], starts[..count]);
    }

    /// <summary>Appends the ids of a stretch, from the first token that it has in common with the ids so
    /// far.</summary>
    /// <param name="start">Where the stretch starts. At the start of the piece, it replaces all ids.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="ids">Its ids.</param>
    /// <param name="starts">Where in the stretch each starts.</param>
    /// <returns>False if no token is in common.</returns>
    private bool TryAppendFromCommon(int start, int end, scoped ReadOnlySpan<int> ids, scoped ReadOnlySpan<int> starts)
    {
        if (start == 0)
        {
            _count = 0;
            _startCount = 0;
            Append(0, 0, end, ids, starts);
            return true;
        }

        int own = IndexFrom(start);
        int first = 0;
        while (true)
        {
            int difference = _starts[own] - (start + starts[first]);
            if (difference == 0 && _ids[_count - _startCount + own] == ids[first])
            {
                Append(own, start, end, ids[first..], starts[first..]);
                return true;
            }

            own += difference <= 0 ? 1 : 0;
            first += difference >= 0 ? 1 : 0;
            if (own == _startCount || first == ids.Length)
            {
                return false;
            }
        }
    }

    /// <summary>Replaces the last ids, from one of them on, by the ids of a stretch.</summary>
    private void Append(
        int own, int start, int end, scoped ReadOnlySpan<int> ids, scoped ReadOnlySpan<int> starts)
    {
        _count -= _startCount - own;
        ids.CopyTo(_ids[_count..]);
        _count += ids.Length;
        _end = end;
        int added = Math.Min(ids.Length, _starts.Length);
        if (own + added > _starts.Length)
        {
            // Of the starts before, half of what there is room for.
            int kept = Math.Min(_starts.Length / 2, _starts.Length - added);
            _starts[(own - kept)..own].CopyTo(_starts);
            own = kept;
        }

        _startCount = own + added;
        Span<int> last = _starts[own.._startCount];
        starts = starts[^added..];
        for (int i = 0; i < last.Length; i++)
        {
            last[i] = start + starts[i];
        }
    }

    /// <summary>The first of the last ids that starts at a place or after it; the last one if none
    /// does.</summary>
    private readonly int IndexFrom(int place)
    {
        int index = _startCount - 1;
        while (index > 0 && _starts[index - 1] >= place)
        {
            index--;
        }

        return index;
    }

    /// <summary>The last of the last ids that starts at least <paramref name="overlap"/> bytes before the
    /// end, or the first one. Ids after it may still change.</summary>
    private readonly int RestartIndex(int overlap)
    {
        int index = _startCount - 1;
        while (index > 0 && _starts[index] > _end - overlap)
        {
            index--;
        }

        return index;
    }

    /// <summary>The next place where a character may start. A window that starts inside a character takes
    /// longer to have a token in common.</summary>
    private readonly int StartOfCharacter(int position)
    {
        int last = Math.Min(position + 3, _piece.Length - 1);
        while (position < last && (_bytes[position] & 0xC0) == 0x80)
        {
            position++;
        }

        return position;
    }
}
