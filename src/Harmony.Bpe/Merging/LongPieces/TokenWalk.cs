using System.Numerics;
using System.Runtime.CompilerServices;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Merging.LongPieces;

/// <summary>
/// Finds the ids of a long piece from left to right, without merging it. At each place it takes the longest
/// token that is compatible with the one before, and goes back to a shorter one where that leads nowhere. Two
/// tokens are compatible if merging their bytes together gives these two. Ids whose neighbours are all
/// compatible are those that merging makes, and there is only one way to each place (docs/bpe.md). A walk is
/// fast where a few tokens come again and again; elsewhere windows are faster.
/// </summary>
internal readonly unsafe ref struct TokenWalk
{
    /// <summary>The most pairs of tokens whose answer is remembered; they fit into the processor's first
    /// cache.</summary>
    public const int MaxPairs = 1 << MaxPairsLog;

    private const int MaxPairsLog = 13;
    private const int MinPairsLog = 7;

    /// <summary>The bytes that a walk covers before its cost is checked.</summary>
    private const int StretchLength = 1024;

    /// <summary>The most that a byte may cost, in units of about a nanosecond; less than in
    /// windows.</summary>
    private const int MaxCostOfByte = 20;

    /// <summary>The most that a stretch may cost before it makes progress.</summary>
    private const int MaxCostInAdvance = 2048;

    private const int CostOfStep = 2;
    private const int CostOfTry = 5;
    private const int CostOfRule = 8;

    /// <summary>How many places can be marked as leading nowhere: some before the start of a stretch, the
    /// rest after it.</summary>
    private const int MarkedLength = 2048;

    private const int MarkedBefore = 512;

    /// <summary>The lowest bits of a remembered pair.</summary>
    private const uint IsKnown = 2;

    private const uint IsCompatible = 1;

    private const int PairBits = 2 * FrozenFormat.IdBits;

    private readonly byte* _bytes;
    private readonly int _length;
    private readonly FrozenVocabulary _vocabulary;
    private readonly uint* _pairs;
    private readonly int _tagBits;

    // Safety: length bytes must be readable, and MaxPairs words writable; both while the walk is used.
    public TokenWalk(byte* bytes, int length, FrozenVocabulary vocabulary, uint* pairs)
    {
        _bytes = bytes;
        _length = length;
        _vocabulary = vocabulary;
        _pairs = pairs;
        int log = Math.Clamp(BitOperations.Log2((uint)length), MinPairsLog, MaxPairsLog);
        _tagBits = PairBits - log;
        new Span<uint>(pairs, 1 << log).Clear();
    }

    /// <summary>Walks through the next stretch.</summary>
    /// <param name="ids">The ids of the bytes so far, as if the piece ended there. Has room for one for each
    /// byte of the piece.</param>
    /// <param name="count">The number of ids.</param>
    /// <param name="end">The number of bytes that they stand for.</param>
    /// <param name="credit">What may be spent on asking the rules in addition, since at first nothing is
    /// remembered.</param>
    /// <returns>False if it took too long. The ids are right for the bytes that they now stand for, which may
    /// be fewer than before.</returns>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryAdvance(Span<int> ids, ref int count, ref int end, ref int credit)
    {
        uint* found = stackalloc uint[TokenTrie.MaxTokenLength];
        ulong* marks = stackalloc ulong[MarkedLength / 64];
        new Span<ulong>(marks, MarkedLength / 64).Clear();

        TokenTrie trie = _vocabulary.Trie;
        int marked = end - MarkedBefore;
        int target = end + Math.Min(StretchLength, _length - end);
        int place = end;
        int placed = count;
        int start = end;
        int cost = 0;
        int room = _length - place;
        while (place < target && cost <= MaxCostInAdvance + MaxCostOfByte * (place - start))
        {
            int read = trie.FindPrefixes(
                _bytes + place, Math.Min(room, TokenTrie.MaxTokenLength), found, out int next);
            cost += read * CostOfStep;
            bool added = false;
            while (next > 0)
            {
                cost += CostOfTry;
                uint candidate = found[--next];
                uint id = candidate & TokenTrie.NoId;
                int after = place + (int)(candidate >> FrozenFormat.IdBits);
                var mark = (uint)(after - marked);
                if (mark < MarkedLength && (marks[mark / 64] >> (int)(mark % 64) & 1) != 0)
                {
                    continue;
                }

                if (placed == 0 || AreCompatible((uint)ids[placed - 1], id, ref cost, ref credit))
                {
                    ids[placed++] = (int)id;
                    place = after;
                    added = true;
                    break;
                }
            }

            if (added)
            {
                room = _length - place;
                continue;
            }

            // Nothing fits here: go back, and try a shorter token instead of the last one.
            var nowhere = (uint)(place - marked);
            if (nowhere < MarkedLength)
            {
                marks[nowhere / 64] |= 1UL << (int)(nowhere % 64);
            }

            int length = _vocabulary.Tokens.BytesOf(ids[--placed]).Length;
            place -= length;
            room = length - 1;
        }

        count = placed;
        end = place;
        return place >= target;
    }

    /// <summary>Whether merging the bytes of two tokens together gives these two. Recent answers are
    /// remembered.</summary>
    public bool AreCompatible(uint left, uint right)
    {
        int cost = 0;
        int credit = 0;
        return AreCompatible(left, right, ref cost, ref credit);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool AreCompatible(uint left, uint right, ref int cost, ref int credit)
    {
        // The product with an odd number is different for all pairs. Some of its bits select the place where
        // the pair is remembered, the others are the tag that tells which pair it is.
        ulong pair = ((ulong)left << FrozenFormat.IdBits | right) * 0x9E37_79B9_7F4A_7C15
            & (1UL << PairBits) - 1;
        uint* place = _pairs + (pair >> _tagBits);
        uint tag = ((uint)pair & (1u << _tagBits) - 1) << 2 | IsKnown;
        if ((*place & ~IsCompatible) == tag)
        {
            return (*place & IsCompatible) != 0;
        }

        bool areCompatible = TestCompatibility(_vocabulary.Merges, (int)left, (int)right, out int rules);
        int lent = Math.Min(rules * CostOfRule, credit);
        credit -= lent;
        cost += rules * CostOfRule - lent;
        *place = tag | (areCompatible ? IsCompatible : 0);
        return areCompatible;
    }

    /// <summary>
    /// Whether merging the bytes of two tokens together gives these two. It does if, at every moment of
    /// merging, no rule joins the part at the end of the left token with the part at the beginning of the
    /// right one.
    /// </summary>
    /// <remarks>Needs a vocabulary in which each token has a higher rank than its parts. Then the moments
    /// come in the order of ranks, and this goes through them from the last to the first.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TestCompatibility(MergeTable merges, int left, int right, out int rules)
    {
        rules = 0;

        // The tokens that the two parts become part of, unless they are joined with each other first.
        int leftWhole = MergeTable.None;
        int rightWhole = MergeTable.None;
        while (true)
        {
            rules++;
            int rank = merges.Find(left, right);
            if (rank < leftWhole && rank <= rightWhole && rank != MergeTable.None)
            {
                return false;
            }

            bool leftSplits = merges.TryGetSplit(left, out _, out int leftEnd);
            bool rightSplits = merges.TryGetSplit(right, out int rightBeginning, out _);
            if (leftSplits && (!rightSplits || left > right))
            {
                leftWhole = left;
                left = leftEnd;
            }
            else if (rightSplits)
            {
                rightWhole = right;
                right = rightBeginning;
            }
            else
            {
                return true;
            }
        }
    }
}
