using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Merging.LongPieces;

/// <summary>
/// Merges with a heap of candidate pairs, for long pieces whose windows have nothing in common. The parts
/// form a linked list over the positions of their first bytes. A candidate that a join made stale is
/// recognised by its rank when it comes up, and dropped.
/// </summary>
internal ref struct HeapMerger
{
    private const int StepsBetweenCancellationChecks = 1 << 16;

    private readonly MergeTable _merges;

    // By position: a part's id (in the caller's ids), the positions of the next and the previous part, and
    // the rule that joins the part with the next.
    private readonly Span<int> _ids;
    private readonly Span<int> _next;
    private readonly Span<int> _previous;
    private readonly Span<int> _ranks;

    // rank << 32 | position: the smallest has the lowest rank and, of equals, is the leftmost.
    private CandidateHeap _candidates;

    private HeapMerger(MergeTable merges, Span<int> ids, Span<int> lists, Span<ulong> heap)
    {
        int length = ids.Length;
        _merges = merges;
        _ids = ids;
        _next = lists[..length];
        _previous = lists[length..(2 * length)];
        _ranks = lists[(2 * length)..];
        _candidates = new CandidateHeap(heap);
    }

    /// <summary>Merges a piece of at least one byte.</summary>
    /// <param name="piece">The bytes.</param>
    /// <param name="merges">The rules.</param>
    /// <param name="ids">Receives the ids, at most one for each byte.</param>
    /// <param name="starts">Receives where the parts of the first ids start, until it is full.</param>
    /// <param name="cancellationToken">Checked now and then.</param>
    /// <returns>The number of ids.</returns>
    public static int Merge(
        ReadOnlySpan<byte> piece,
        MergeTable merges,
        Span<int> ids,
        Span<int> starts,
        CancellationToken cancellationToken)
    {
        // Each join removes one candidate and adds at most two, so the heap has at most two for each byte.
        TooLong.ThrowIfPieceExceedsArray(piece.Length, perByte: 3);
        using SpanOwner<int> lists = SpanOwner<int>.Allocate(3 * piece.Length);
        using SpanOwner<ulong> heap = SpanOwner<ulong>.Allocate(2 * piece.Length);
        var merger = new HeapMerger(merges, ids[..piece.Length], lists.Span, heap.Span);
        merger.Start(piece, cancellationToken);
        merger.ApplyAll(cancellationToken);
        return merger.Collect(starts);
    }

    private void Start(ReadOnlySpan<byte> piece, CancellationToken cancellationToken)
    {
        for (int i = 0; i < piece.Length; i++)
        {
            _ids[i] = _merges.IdOfByte(piece[i]);
            _next[i] = i + 1;
            _previous[i] = i - 1;
        }

        for (int i = 0; i < piece.Length; i++)
        {
            if (i % StepsBetweenCancellationChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            Consider(i);
        }
    }

    private void ApplyAll(CancellationToken cancellationToken)
    {
        for (int step = 1; _candidates.TryPop(out ulong candidate); step++)
        {
            if (step % StepsBetweenCancellationChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var position = (int)(uint)candidate;
            if (_ranks[position] == (int)(candidate >> 32))
            {
                Apply(position);
            }
        }
    }

    private void Apply(int position)
    {
        int right = _next[position];
        int afterRight = _next[right];
        _ids[position] = _ranks[position];
        _ranks[right] = MergeTable.None;
        _next[position] = afterRight;
        if (afterRight < _ids.Length)
        {
            _previous[afterRight] = position;
        }

        Consider(position);
        if (_previous[position] >= 0)
        {
            Consider(_previous[position]);
        }
    }

    /// <summary>Looks up the rule that joins a part with the next, and makes it a candidate.</summary>
    private void Consider(int position)
    {
        int next = _next[position];
        int rank = next < _ids.Length ? _merges.Find(_ids[position], _ids[next]) : MergeTable.None;
        _ranks[position] = rank;
        if (rank != MergeTable.None)
        {
            _candidates.Push((ulong)(uint)rank << 32 | (uint)position);
        }
    }

    /// <summary>Moves the ids of the remaining parts to the front.</summary>
    private readonly int Collect(Span<int> starts)
    {
        int count = 0;
        for (int position = 0; position < _ids.Length; position = _next[position])
        {
            if (count < starts.Length)
            {
                starts[count] = position;
            }

            _ids[count++] = _ids[position];
        }

        return count;
    }
}
