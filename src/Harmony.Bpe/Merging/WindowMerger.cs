using System.Runtime.CompilerServices;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Merging;

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

    /// <summary>Where windows have no token in common, windows begin this far before the end, and grow
    /// fourfold.</summary>
    private const int WideOverlap = 144;

    /// <summary>How far the first of them goes on behind the end.</summary>
    private const int WideStep = 320;

    /// <summary>An id at which a window would begin, if it is so far from the end, is that of a long token:
    /// such tokens have nothing in common with windows that have no room for some of them.</summary>
    private const int LongTokens = 48;

    /// <summary>How many bytes are merged in windows before a walk is tried again that took too long: at
    /// first, and at most, for each time doubles them.</summary>
    private const int MinBetweenWalks = 4_096;

    private const int MaxBetweenWalks = 65_536;

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
    private int _mergedUntil;
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
        _mergedUntil = piece.Length;
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
        _mergedUntil = 0;
        _credit = (int)Math.Min(8L * piece.Length, MaxCredit);
        _betweenWalks = MinBetweenWalks;
    }

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
        Span<int> starts = stackalloc int[MergeWindows.Length];
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
        Span<int> starts = stackalloc int[MergeWindows.Length];
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
            if (_end >= _mergedUntil)
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
            if (!TryRepeat() && _end - _starts[RestartIndex(Overlap)] <= LongTokens)
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
            _mergedUntil = (int)Math.Min((long)_end + _betweenWalks, _piece.Length);
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
            ends[count] = Math.Min(start + MergeWindows.Length, _piece.Length);
            start = StartOfCharacter(start + Step);
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
        int end = Math.Min(start + MergeWindows.Length, _piece.Length);
        windows.Merge(_bytes, &start, &end, 1, _merges);
        if (end <= _end || !TryAdd(windows, 0, start, end))
        {
            AddWide();
        }
    }

    /// <summary>Puts a merged window behind the ids, if it has a token in common with them.</summary>
    [SkipLocalsInit]
    private bool TryAdd(in MergeWindows windows, int window, int start, int end)
    {
        // Safety: these are as long as Read needs them.
        uint* ids = stackalloc uint[MergeWindows.Length];
        byte* offsets = stackalloc byte[MergeWindows.Length];
        int count = windows.Read(window, ids, offsets);
        int first = 0;
        if (_count != 0)
        {
            int own = 0;
            while (true)
            {
                int difference = _starts[own] - (start + offsets[first]);
                if (difference == 0 && _ids[_count - _startCount + own] == (int)ids[first])
                {
                    break;
                }

                own += difference <= 0 ? 1 : 0;
                first += difference >= 0 ? 1 : 0;
                if (own == _startCount || first == count)
                {
                    return false;
                }
            }

            _count -= _startCount - own;
        }

        _startCount = count - first;
        new ReadOnlySpan<int>(ids + first, _startCount).CopyTo(_ids[_count..]);
        _count += _startCount;
        _end = end;
        for (int i = 0; i < _startCount; i++)
        {
            _starts[i] = start + offsets[first + i];
        }

        return true;
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

    /// <summary>
    /// Merges on in windows that grow until one has a token in common with the ids. If none has, the whole
    /// piece is merged at once.
    /// </summary>
    private void AddWide()
    {
        int start = _starts[RestartIndex(WideOverlap)];
        long length = _end - start + WideStep;
        while (true)
        {
            int end = (int)Math.Min(start + length, _piece.Length);
            if (TryAddWide(start, end))
            {
                return;
            }

            length = Math.Max(BlockMerger.MaxLength, 4 * length);
            if (end == _piece.Length)
            {
                // Not even all that is left: from further ahead, at last from the beginning.
                bool isFirst = start == _starts[0];
                start = isFirst ? 0 : _starts[0];
                length = _piece.Length - start;
            }
        }
    }

    private bool TryAddWide(int start, int end)
    {
        System.Diagnostics.Debug.Assert(end > _end || end == _piece.Length, "Each window goes on.");
        ReadOnlySpan<byte> window = _piece[start..end];
        using SpanOwner<int> idsOwner = SpanOwner<int>.Allocate(window.Length);
        using SpanOwner<int> startsOwner = SpanOwner<int>.Allocate(window.Length);
        Span<int> ids = idsOwner.Span;
        Span<int> starts = startsOwner.Span;
        int count = window.Length <= BlockMerger.MaxLength
            ? BlockMerger.Merge(window, _merges, ids, starts)
            : HeapMerger.Merge(window, _merges, ids, starts, _cancellationToken);
        int first = 0;
        int own = 0;
        if (start == 0)
        {
            _count = 0;
            _startCount = 0;
        }

        while (start != 0)
        {
            int difference = _starts[own] - (start + starts[first]);
            if (difference == 0 && _ids[_count - _startCount + own] == ids[first])
            {
                break;
            }

            own += difference <= 0 ? 1 : 0;
            first += difference >= 0 ? 1 : 0;
            if (own == _startCount || first == count)
            {
                return false;
            }
        }

        _count -= _startCount - own;
        ids[first..count].CopyTo(_ids[_count..]);
        _count += count - first;
        _end = end;
        _startCount = Math.Min(count - first, _starts.Length);
        for (int i = 0; i < _startCount; i++)
        {
            _starts[i] = start + starts[count - _startCount + i];
        }

        return true;
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
