using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe.Calls;
using Harmony.Bpe.Engine;
using Harmony.Bpe.Reference;
using Harmony.Bpe.Specials;
using Harmony.Bpe.Text;

namespace Harmony.Bpe.Truncation;

/// <summary>
/// Finds where to cut a text so that what is left has at most a number of ids. A cut can change the pieces
/// around it, so the ids of every candidate are counted: of a prefix, from a few pieces before the cut; of a
/// suffix, until its pieces end where those of the whole text do. In a long run of digits or of contractions
/// ('s's's), whose pieces depend on where it begins, that is up to the end of the run; elsewhere it is a few
/// pieces.
/// </summary>
internal readonly ref struct Truncator
{
    /// <summary>How many pieces before a cut can differ from those of the whole text. The pattern looks ahead
    /// to the end of a run of letters or of white space, which is at most three pieces further on.</summary>
    public const int UnsurePieces = 4;

    /// <summary>In a piece of more bytes than this only ends of tokens are tried: each attempt merges the
    /// piece.</summary>
    private const int LongPiece = 512;

    private readonly EncodeContext _context;
    private readonly ReadOnlySpan<byte> _utf8;
    private readonly int _maxTokens;
    private readonly ReadOnlySpan<PieceEnd> _pieces;

    /// <summary>Prepares to cut a final text whose pieces are known.</summary>
    public Truncator(
        in EncodeContext context, ReadOnlySpan<byte> utf8, int maxTokens, ReadOnlySpan<PieceEnd> pieces)
    {
        _context = context;
        _utf8 = utf8;
        _maxTokens = maxTokens;
        _pieces = pieces;
    }

    /// <summary>Finds the longest prefix. The pieces must reach <see cref="UnsurePieces"/> and one beyond
    /// the one that exceeds the limit, or to the end of the text.</summary>
    /// <param name="isWhole">Whether the pieces begin where the text does, and not after a part that was only
    /// counted.</param>
    /// <param name="length">The length of the prefix, in bytes.</param>
    /// <returns>False if the prefix may end, or be decided, before the pieces begin.</returns>
    public bool TryFindLongestPrefix(bool isWhole, out int length)
    {
        length = _utf8.Length;
        int last = FirstPieceWith(_maxTokens + 1L);
        if (_pieces.IsEmpty || _pieces[last].Ids <= _maxTokens)
        {
            return true;
        }

        int firstSure = isWhole ? 0 : UnsurePieces;
        int start = StartOf(last);
        int spare = _maxTokens - IdsBefore(last);
        int end = _pieces[last].Position;
        if (end - start > LongPiece)
        {
            if (last < firstSure)
            {
                return false;
            }

            using MemoryOwner<int> ids = EncodePiece(_utf8[start..end]);
            for (; spare > 0; spare--)
            {
                length = start + _context.LengthOf(ids.Span[..spare], _utf8[start..]);
                if (PrefixFits(length))
                {
                    return true;
                }
            }

            end = start;
        }

        length = end + Math.Min(_context.Vocabulary.Tokens.MaxLength, _pieces[^1].Position - end);
        while (FirstPieceEndingAtOrAfter(length) >= firstSure)
        {
            if (length == 0 || PrefixFits(length))
            {
                return true;
            }

            length--;
        }

        return false;
    }

    /// <summary>Whether the longest suffix starts so far from where the pieces begin that no text before them
    /// could change it.</summary>
    public bool DecidesSuffix()
    {
        int total = _pieces.IsEmpty ? 0 : _pieces[^1].Ids;
        return total > _maxTokens
            && StartOf(FirstPieceWith(total - _maxTokens)) >= _context.Vocabulary.Tokens.MaxLength;
    }

    /// <summary>The start of the longest suffix, in bytes. The pieces must be all of the text's.</summary>
    public int LongestSuffix()
    {
        int total = _pieces.IsEmpty ? 0 : _pieces[^1].Ids;
        if (total <= _maxTokens)
        {
            return 0;
        }

        int first = FirstPieceWith(total - _maxTokens);
        int start = StartOf(first);
        int end = _pieces[first].Position;
        if (end - start > LongPiece)
        {
            using MemoryOwner<int> ids = EncodePiece(_utf8[start..end]);
            for (int dropped = total - _maxTokens - IdsBefore(first); dropped < ids.Length; dropped++)
            {
                int cut = start + _context.LengthOf(ids.Span[..dropped], _utf8[start..]);
                if (SuffixFits(cut))
                {
                    return cut;
                }
            }

            start = end;
        }

        int candidate = Math.Max(0, start - _context.Vocabulary.Tokens.MaxLength);
        while (candidate < _utf8.Length && !SuffixFits(candidate))
        {
            candidate++;
        }

        return candidate;
    }

    private MemoryOwner<int> EncodePiece(ReadOnlySpan<byte> piece)
    {
        var sink = new PooledSink(PooledSink.CapacityFor(piece.Length));
        try
        {
            OrdinaryEncoder.Encode(_context, piece, ref sink, out _);
            return sink.ToPooled();
        }
        finally
        {
            sink.Dispose();
        }
    }

    private bool PrefixFits(int cut)
    {
        if (!Utf8Sequence.IsBoundary(_utf8, cut))
        {
            return false;
        }

        int sure = Math.Max(0, FirstPieceEndingAtOrAfter(cut) - UnsurePieces);
        if (IdsBefore(sure) > _maxTokens)
        {
            return false;
        }

        if (!_context.Options.AllowsAny)
        {
            return PiecesFit(sure, cut);
        }

        int from = StartOf(sure);
        return !IsInsideSpecialToken(cut, from) && IsWithin(_utf8[from..cut], _maxTokens - IdsBefore(sure));
    }

    /// <summary>Whether a prefix fits: splits it from a piece on, and merges only what is not a piece of the
    /// whole text too.</summary>
    private bool PiecesFit(int piece, int cut)
    {
        ReadOnlySpan<byte> prefix = _utf8[..cut];
        int start = StartOf(piece);
        int spare = _maxTokens - IdsBefore(piece);
        while (start < cut && spare >= 0)
        {
            int end = ReferenceEncoder.EndOfPiece(_context, prefix, start);
            while (_pieces[piece].Position < end)
            {
                piece++;
            }

            if (_pieces[piece].Position == end && StartOf(piece) == start)
            {
                spare -= _pieces[piece].Ids - IdsBefore(piece);
            }
            else
            {
                var count = new CountSink(int.MaxValue);
                ReferenceEncoder.TryAddPiece(_context, prefix[start..end], ref count);
                spare -= count.Count;
            }

            start = end;
        }

        GC.KeepAlive(_context.Vocabulary);
        return spare >= 0;
    }

    private bool IsWithin(ReadOnlySpan<byte> utf8, int maxTokens)
    {
        var sink = new CountSink(maxTokens);
        return TextEncoder.Encode(_context, utf8, ref sink, out _) == System.Buffers.OperationStatus.Done;
    }

    private bool SuffixFits(int cut)
    {
        if (!Utf8Sequence.IsBoundary(_utf8, cut))
        {
            return false;
        }

        int piece = FirstPieceEndingAtOrAfter(cut);
        if (IsInsideSpecialToken(cut, StartOf(Math.Max(0, piece - UnsurePieces))))
        {
            return false;
        }

        // After the first piece end that the whole text has too, all pieces are those of the whole text.
        var sink = new CountUntilAligned(_context, _utf8, cut, _pieces[piece..]);
        TextEncoder.Encode(_context, _utf8[cut..], ref sink, out _);
        return sink.Count + (_pieces[^1].Ids - sink.IdsUntilAligned) <= _maxTokens;
    }

    private bool IsInsideSpecialToken(int cut, int from)
    {
        while (_context.SpecialTokens.TryFindAllowed(
            _utf8, from, cut, _context.Options, out SpecialTokenMatch match, CancellationToken.None))
        {
            if (cut < match.Start + match.Length)
            {
                return true;
            }

            from = match.Start + match.Length;
        }

        return false;
    }

    private int StartOf(int piece) => piece == 0 ? 0 : _pieces[piece - 1].Position;

    private int IdsBefore(int piece) => piece == 0 ? 0 : _pieces[piece - 1].Ids;

    private int FirstPieceEndingAtOrAfter(int position)
    {
        int low = 0;
        int high = _pieces.Length - 1;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = _pieces[middle].Position < position ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>The first piece at whose end the text has at least a number of ids.</summary>
    private int FirstPieceWith(long ids)
    {
        int low = 0;
        int high = _pieces.Length - 1;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = _pieces[middle].Ids < ids ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>Counts until a piece ends where one of the whole text does.</summary>
    private ref struct CountUntilAligned : ITokenSink
    {
        private readonly EncodeContext _context;
        private readonly ReadOnlySpan<byte> _utf8;
        private readonly ReadOnlySpan<PieceEnd> _whole;
        private int _position;
        private int _next;
        private bool _aligned;

        public CountUntilAligned(
            in EncodeContext context, ReadOnlySpan<byte> utf8, int position, ReadOnlySpan<PieceEnd> whole)
        {
            _context = context;
            _utf8 = utf8;
            _whole = whole;
            _position = position;
        }

        public static bool NeedsPieces => true;

        public static bool CountsOnly => false;

        /// <summary>The ids counted.</summary>
        public int Count { get; private set; }

        /// <summary>The number of ids of the whole text up to where counting stopped.</summary>
        public readonly int IdsUntilAligned => _whole[Math.Min(_next, _whole.Length - 1)].Ids;

        public bool TryAdd(int id) => TryAdd(new ReadOnlySpan<int>(in id));

        public bool TryAdd(scoped ReadOnlySpan<int> pieceIds)
        {
            if (_aligned)
            {
                return false;
            }

            _position += _context.LengthOf(pieceIds, _utf8[_position..]);
            Count += pieceIds.Length;
            while (_next < _whole.Length && _whole[_next].Position < _position)
            {
                _next++;
            }

            _aligned = _next < _whole.Length && _whole[_next].Position == _position;
            return true;
        }
    }
}
