using System.Numerics;
using System.Runtime.CompilerServices;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Merging.LongPieces;

/// <summary>
/// The ids of a long piece from left to right, without merging it: at each place the longest token that is
/// compatible with the one in front of it, and back to a shorter one where that leads nowhere. Ids that are
/// compatible with their neighbours are those that merging makes, and there is only one way to each place
/// (docs/bpe.md). Fast where few different tokens come again and again; elsewhere windows are better.
/// </summary>
internal readonly unsafe ref struct TokenWalk
{
    /// <summary>The most pairs of tokens that are remembered: as many as fit into the first
    /// cache.</summary>
    public const int MaxPairs = 1 << MaxPairsLog;

    private const int MaxPairsLog = 13;
    private const int MinPairsLog = 7;

    /// <summary>How many bytes a walk goes on before it looks whether it is worth it.</summary>
    private const int StretchLength = 1024;

    /// <summary>What a byte may cost, in what takes about a nanosecond: less than in windows.</summary>
    private const int MaxCostOfByte = 20;

    /// <summary>What a stretch may cost before it has come anywhere.</summary>
    private const int MaxCostInAdvance = 2048;

    private const int CostOfStep = 2;
    private const int CostOfTry = 5;
    private const int CostOfRule = 8;

    /// <summary>Places of which it is remembered that they lead nowhere: some in front of a stretch's
    /// beginning, and those behind it.</summary>
    private const int MarkedLength = 2048;

    private const int MarkedInFront = 512;

    /// <summary>The lowest bits of a pair that is remembered.</summary>
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

    /// <summary>Walks on, through a stretch.</summary>
    /// <param name="ids">Those of the bytes so far, as if the piece ended there; there is room for one per
    /// byte of the piece.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="end">How many bytes they stand for.</param>
    /// <param name="credit">What may be spent beyond that on asking the rules, since at first nothing is
    /// remembered.</param>
    /// <returns>False if it took too long; the ids are right for as many bytes as they now stand for, which
    /// may be fewer than before.</returns>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryAdvance(Span<int> ids, ref int count, ref int end, ref int credit)
    {
        uint* found = stackalloc uint[TokenTrie.MaxTokenLength];
        ulong* marks = stackalloc ulong[MarkedLength / 64];
        new Span<ulong>(marks, MarkedLength / 64).Clear();

        TokenTrie trie = _vocabulary.Trie;
        int marked = end - MarkedInFront;
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
                int behind = place + (int)(candidate >> FrozenFormat.IdBits);
                var mark = (uint)(behind - marked);
                if (mark < MarkedLength && (marks[mark / 64] >> (int)(mark % 64) & 1) != 0)
                {
                    continue;
                }

                if (placed == 0 || AreCompatible((uint)ids[placed - 1], id, ref cost, ref credit))
                {
                    ids[placed++] = (int)id;
                    place = behind;
                    added = true;
                    break;
                }
            }

            if (added)
            {
                room = _length - place;
                continue;
            }

            // From here on nothing goes: back, and a shorter token instead of the last one.
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

    /// <summary>Whether merging the bytes of two tokens together gives these two; what was asked lately is
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
        // The product with an odd number, which tells all pairs apart: some of its bits say where the pair is
        // remembered, the others which one it is.
        ulong pair = ((ulong)left << FrozenFormat.IdBits | right) * 0x9E37_79B9_7F4A_7C15
            & (1UL << PairBits) - 1;
        uint* place = _pairs + (pair >> _tagBits);
        uint tag = ((uint)pair & (1u << _tagBits) - 1) << 2 | IsKnown;
        if ((*place & ~IsCompatible) == tag)
        {
            return (*place & IsCompatible) != 0;
        }

        bool areCompatible = Ask(_vocabulary.Merges, (int)left, (int)right, out int rules);
        int lent = Math.Min(rules * CostOfRule, credit);
        credit -= lent;
        cost += rules * CostOfRule - lent;
        *place = tag | (areCompatible ? IsCompatible : 0);
        return areCompatible;
    }

    /// <summary>
    /// Whether merging the bytes of two tokens together gives these two: whether no rule joins a part at the
    /// left one's end with one at the right one's beginning, at any moment at which merging has both.
    /// </summary>
    /// <remarks>Only where each token has a higher rank than its parts: then the moments come in the order of
    /// ranks, and are gone through here from the last to the first.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Ask(MergeTable merges, int left, int right, out int rules)
    {
        rules = 0;

        // The tokens into which the two parts are joined if they are not joined with each other before.
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
