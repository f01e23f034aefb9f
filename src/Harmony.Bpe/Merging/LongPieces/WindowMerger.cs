using System.Runtime.CompilerServices;
using Harmony.Bpe.Reference;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Merging.LongPieces;

/// <summary>
/// Merging of long pieces in time that grows with their length. Ids are a piece's if each two neighbours are
/// the ids of their own bytes (docs/bpe.md proves it), so that a piece can be merged window by window: where
/// two windows that overlap have a token in common, the ids of the first up to it and those of the second
/// behind it are the ids of both. Text that repeats itself is not merged again at all.
/// </summary>
internal unsafe ref partial struct WindowMerger
{
    /// <summary>How far a window begins before the end of the one in front of it. Ids this near to an end may
    /// be others than with more text, so that fewer bytes would often have no token in common.</summary>
    private const int Overlap = 32;

    /// <summary>An id at which a window would begin, if it is so far from the end, is that of a long token:
    /// such tokens have nothing in common with windows that have no room for some of them.</summary>
    private const int LongTokens = 48;

    /// <summary>Of how many ids, from the last on, it is known where they begin: half of them at least, so that
    /// one can go back behind a window of few long tokens.</summary>
    private const int StartsLength = 4 * MergeWindows.Length;

    /// <summary>How many bytes are merged in windows before a walk is tried again that took too long: at
    /// first, and at most, for each time doubles them.</summary>
    private const int MinBetweenWalks = 4_096;

    private const int MaxBetweenWalks = 65_536;

    /// <summary>Shorter pieces are not walked: a walk in vain would take as long as their windows.</summary>
    private const int MinWalked = 1_024;

    /// <summary>What a walk may cost beyond what it is worth, in about nanoseconds, until it remembers the
    /// tokens that come again and again; and when it is tried again.</summary>
    private const int MaxCredit = 32_768;

    private const int CreditAgain = 8_192;

    private readonly ReadOnlySpan<byte> _piece;
    private readonly byte* _bytes;
    private readonly MergeTable _merges;
    private readonly CancellationToken _cancellationToken;

    // Until where there is no walk, which may be the end.
    private readonly TokenTable _tokens;
    private readonly TokenWalk _walk;
    private int _windowsUntil;
    private int _betweenWalks;
    private int _credit;

    // The ids of the piece's first _end bytes, as if the piece ended there; and where the last of them begin.
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

    /// <summary>Whether the vocabulary is one in which it can be asked whether ids are compatible.</summary>
    private readonly bool CanTestCompatibility => _betweenWalks != 0;

    /// <summary>See <see cref="PieceMerger"/>.</summary>
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

        // Safety: the walk has as much memory as it asks for.
        Span<int> starts = stackalloc int[StartsLength];
        uint* pairs = stackalloc uint[TokenWalk.MaxPairs];
        fixed (byte* bytes = piece)
        {
            ids = ids[..piece.Length];
            var merger = new WindowMerger(piece, bytes, vocabulary, pairs, ids, starts, cancellationToken);
            return merger.MergeAll();
        }
    }

    /// <summary>See <see cref="PieceMerger"/>.</summary>
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

    /// <summary>Walks on, or leaves it to windows for a while.</summary>
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

        // Where the last ids begin.
        _startCount = Math.Min(_count, _starts.Length);
        int start = _end;
        for (int i = 1; i <= _startCount; i++)
        {
            start -= _tokens.BytesOf(_ids[_count - i]).Length;
            _starts[_startCount - i] = start;
        }
    }

    /// <summary>Merges the next windows at the same time and puts them behind one another.</summary>
    private void AddWindows(ref MergeWindows windows)
    {
        const int Step = MergeWindows.Length - Overlap;

        // Safety: a window begins before the piece's end and ends at most there.
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

    /// <summary>Merges a window by itself, in the middle of others, or a wide one if it has no token in
    /// common.</summary>
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

    /// <summary>Puts a merged window after the ids, if it has a token in common with them.</summary>
    [SkipLocalsInit]
    private bool TryAdd(in MergeWindows windows, int window, int start, int end)
    {
        Span<int> ids = stackalloc int[MergeLane.MaxLength];
        Span<int> starts = stackalloc int[MergeLane.MaxLength];
        int count = windows.Read(window, ids, starts);
        return TryJoin(start, end, ids[..count], starts[..count]);
    }

    /// <summary>Puts the ids of a stretch behind those that there are, from the first that they have in
    /// common.</summary>
    /// <param name="start">Where the stretch begins: from the piece's beginning on nothing else is needed.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="ids">Its ids.</param>
    /// <param name="starts">Where each begins in it.</param>
    /// <returns>False if they have none in common.</returns>
    private bool TryJoin(int start, int end, scoped ReadOnlySpan<int> ids, scoped ReadOnlySpan<int> starts)
    {
        if (start == 0)
        {
            _count = 0;
            _startCount = 0;
            Append(0, 0, end, ids, starts);
            return true;
        }

        int own = IndexBehind(start);
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

    /// <summary>Puts the ids of a stretch in the place of the last ids from a certain one on.</summary>
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
            // Of those in front, half of what there is room for.
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

    /// <summary>Among the last ids, the first that begins at a place or behind it; the last if none
    /// does.</summary>
    private readonly int IndexBehind(int place)
    {
        int index = _startCount - 1;
        while (index > 0 && _starts[index - 1] >= place)
        {
            index--;
        }

        return index;
    }

    /// <summary>Among the last ids, one with which to begin again, as far before the end as is asked for:
    /// what is behind it may still change.</summary>
    private readonly int RestartIndex(int overlap)
    {
        int index = _startCount - 1;
        while (index > 0 && _starts[index] > _end - overlap)
        {
            index--;
        }

        return index;
    }

    /// <summary>The next place where a character may begin: windows that begin inside one need longer to find
    /// what they have in common.</summary>
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
