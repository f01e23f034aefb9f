using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe.Calls;
using Harmony.Bpe.Specials;
using Harmony.Bpe.Text;

namespace Harmony.Bpe.Truncation;

/// <summary>
/// Finds where to cut a text so that what is kept has at most so many ids. A cut changes the pieces around
/// it, so that every candidate is counted anew; but only from a few pieces before it, or until its pieces are
/// those of the whole text again, so that a candidate costs no more than a few pieces.
/// </summary>
internal readonly ref struct Truncator
{
    /// <summary>How many pieces before a cut can be other than in the whole text. The pattern looks ahead to
    /// the end of a run of letters or of white space, which is at most three pieces further on.</summary>
    private const int UnsurePieces = 8;

    /// <summary>In a longer piece only ends of tokens are tried, since each attempt merges the
    /// piece.</summary>
    private const int LongPiece = 512;

    private readonly BpeTokenizer _tokenizer;
    private readonly ReadOnlySpan<byte> _utf8;
    private readonly EncodeOptions _options;
    private readonly int _maxTokens;
    private readonly ReadOnlySpan<PieceEnd> _pieces;
    private readonly CancellationToken _cancellationToken;

    /// <summary>Prepares to cut a text whose pieces are known.</summary>
    public Truncator(
        BpeTokenizer tokenizer,
        ReadOnlySpan<byte> utf8,
        EncodeOptions options,
        int maxTokens,
        ReadOnlySpan<PieceEnd> pieces,
        CancellationToken cancellationToken)
    {
        _tokenizer = tokenizer;
        _utf8 = utf8;
        _options = options;
        _maxTokens = maxTokens;
        _pieces = pieces;
        _cancellationToken = cancellationToken;
    }

    /// <summary>The longest prefix: the pieces must reach to the one with which the limit is
    /// exceeded.</summary>
    public int LongestPrefix()
    {
        int last = _pieces.Length - 1;
        if (last < 0 || _pieces[last].Ids <= _maxTokens)
        {
            return _utf8.Length;
        }

        int start = StartOf(last);
        int spare = _maxTokens - IdsBefore(last);
        int end = _pieces[last].Position;
        if (end - start > LongPiece)
        {
            using MemoryOwner<int> ids =
                _tokenizer.EncodePooled(_utf8[start..end], EncodeOptions.Ordinary, _cancellationToken);
            for (; spare > 0; spare--)
            {
                int cut = start + _tokenizer.GetDecodedLength(ids.Span[..spare]);
                if (PrefixFits(cut))
                {
                    return cut;
                }
            }

            end = start;
        }

        int candidate = end + Math.Min(_tokenizer.MaxTokenLength, _utf8.Length - end);
        while (candidate > 0 && !PrefixFits(candidate))
        {
            candidate--;
        }

        return candidate;
    }

    /// <summary>Whether the start of the longest suffix is so far from where the pieces begin that it is the same
    /// whatever comes before them.</summary>
    public bool DecidesSuffix()
    {
        int total = _pieces.IsEmpty ? 0 : _pieces[^1].Ids;
        return total > _maxTokens
            && StartOf(FirstPieceWith(total - _maxTokens)) >= _tokenizer.MaxTokenLength;
    }

    /// <summary>The start of the longest suffix; the pieces must be all of the text's.</summary>
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
            using MemoryOwner<int> ids =
                _tokenizer.EncodePooled(_utf8[start..end], EncodeOptions.Ordinary, _cancellationToken);
            for (int dropped = total - _maxTokens - IdsBefore(first); dropped < ids.Length; dropped++)
            {
                int cut = start + _tokenizer.GetDecodedLength(ids.Span[..dropped]);
                if (SuffixFits(cut))
                {
                    return cut;
                }
            }

            start = end;
        }

        int candidate = Math.Max(0, start - _tokenizer.MaxTokenLength);
        while (candidate < _utf8.Length && !SuffixFits(candidate))
        {
            candidate++;
        }

        return candidate;
    }

    private bool PrefixFits(int cut)
    {
        if (!Utf8Sequence.IsBoundary(_utf8, cut))
        {
            return false;
        }

        int sure = Math.Max(0, FirstPieceEndingAtOrAfter(cut) - UnsurePieces);
        int from = StartOf(sure);
        int spare = _maxTokens - IdsBefore(sure);
        return spare >= 0
            && !IsInsideSpecialToken(cut, from)
            && _tokenizer.IsWithin(_utf8[from..cut], spare, AcceptedOptions, _cancellationToken);
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

        // Behind the first piece end that the whole text has too, all pieces are the whole text's.
        var sink = new CountUntilAligned(_tokenizer, cut, _pieces[piece..]);
        _tokenizer.EncodeAll(_utf8[cut..], AcceptedOptions, ref sink, _cancellationToken);
        return sink.Count + (_pieces[^1].Ids - sink.IdsUntilSync) <= _maxTokens;
    }

    /// <summary>What was to be refused has been refused in the whole text: a part of it is not looked at
    /// again.</summary>
    private EncodeOptions AcceptedOptions =>
        _options with { OtherSpecial = SpecialTextHandling.Ordinary, RejectInvalidUtf8 = false };

    private bool IsInsideSpecialToken(int cut, int from)
    {
        while (_tokenizer.TryFindAllowed(_utf8, from, cut, _options, out SpecialTokenMatch match))
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

    /// <summary>The first piece with whose end the text has at least so many ids.</summary>
    private int FirstPieceWith(int ids)
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

    /// <summary>Counts until a piece ends where one of the whole text's does.</summary>
    private ref struct CountUntilAligned(BpeTokenizer tokenizer, int position, ReadOnlySpan<PieceEnd> whole)
        : ITokenSink
    {
        public static bool NeedsPieces => true;

        public static bool CountsOnly => false;

        private readonly ReadOnlySpan<PieceEnd> _whole = whole;
        private int _position = position;
        private int _next;
        private bool _synced;

        /// <summary>The ids counted.</summary>
        public int Count { get; private set; }

        /// <summary>How many ids the whole text has up to where counting stopped.</summary>
        public readonly int IdsUntilSync => _whole[Math.Min(_next, _whole.Length - 1)].Ids;

        public bool TryAdd(int id) => TryAdd(new ReadOnlySpan<int>(in id));

        public bool TryAdd(scoped ReadOnlySpan<int> pieceIds)
        {
            if (_synced)
            {
                return false;
            }

            foreach (int id in pieceIds)
            {
                _position += tokenizer.GetTokenBytes(id).Length;
            }

            Count += pieceIds.Length;
            while (_next < _whole.Length && _whole[_next].Position < _position)
            {
                _next++;
            }

            _synced = _next < _whole.Length && _whole[_next].Position == _position;
            return true;
        }
    }
}
