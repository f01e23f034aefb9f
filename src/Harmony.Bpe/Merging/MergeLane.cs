using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Machine;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Merging;

/// <summary>
/// The merging of one piece of up to 254 bytes, as a state that goes on step by step. The rules that join
/// neighbouring parts are kept as keys of rank and position, so that the next rule to apply is the least key,
/// found with vector minimums. The rules of both new neighbours are looked up without a branch, beyond the
/// ends too, where no rule is found.
/// </summary>
/// <remarks>A step is a chain of dependent loads that leaves the processor idle most of the time. So it is in
/// two halves, each of which asks for what the next one reads, and several lanes take them in turn.</remarks>
internal unsafe struct MergeLane
{
    /// <summary>The longest piece: positions are bytes, and each end takes one.</summary>
    public const int MaxLength = 254;

    private const int Positions = MaxLength + 2;
    private const int PositionBits = 8;
    private const uint NoKey = uint.MaxValue;

    /// <summary>The part beyond an end: no token, so that no rule has it.</summary>
    private const uint Beyond = (1u << FrozenFormat.IdBits) - 1;

    // By position, which is the part's first byte counted from 1.
    private fixed uint _keys[Positions];
    private fixed uint _tokens[Positions];
    private fixed byte _next[Positions];
    private fixed byte _previous[Positions];
    private int _length;
    private int _keysLength;

    // The pair to join.
    private uint _least;

    // The two pairs whose rules are to be looked up: where they are, and where they can be in the table.
    private nuint _right;
    private nuint _left;
    private uint _rightFingerprint;
    private uint _leftFingerprint;
    private uint* _rightEntry;
    private uint* _leftEntry;

    /// <summary>Begins with a piece.</summary>
    // Safety: length bytes must be readable at piece; length is from 1 to MaxLength. All positions are then
    // from 0 to length + 1, which stays inside the arrays.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Start(byte* piece, int length, in MergeTable merges)
    {
        System.Diagnostics.Debug.Assert(length is > 0 and <= MaxLength);
        _length = length;
        _keysLength = (length + 1 + Vector256<uint>.Count - 1) & -Vector256<uint>.Count;
        fixed (uint* keys = _keys, tokens = _tokens)
        fixed (byte* next = _next, previous = _previous)
        {
            for (int i = 0; i < _keysLength; i += Vector256<uint>.Count)
            {
                Vector256.Store(Vector256<uint>.AllBitsSet, keys + i);
            }

            tokens[0] = Beyond;
            tokens[1] = (uint)merges.IdOfByte(piece[0]);
            next[1] = 2;
            previous[1] = 0;
            for (int i = 1; i < length; i++)
            {
                keys[i] = KeyOf(merges.FindBytes(piece[i - 1], piece[i]), (uint)i);
                tokens[i + 1] = (uint)merges.IdOfByte(piece[i]);
                next[i + 1] = (byte)(i + 2);
                previous[i + 1] = (byte)i;
            }

            tokens[length + 1] = Beyond;
        }

        LookNothingUp(merges);
    }

    /// <summary>Joins the pair of lowest rank.</summary>
    /// <returns>False if there is none: the merging is finished.</returns>
    // Safety: as for the two halves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Step(MergeLane* lane, in MergeTable merges)
    {
        bool chosen = SelectNext(lane, merges);
        if (chosen)
        {
            ApplySelected(lane, merges);
        }

        return chosen;
    }

    /// <summary>The first half of a step: looks up what the last join made neighbours, and chooses the pair
    /// of lowest rank.</summary>
    /// <returns>False if there is none: the merging is finished.</returns>
    // Safety: the lane was started; positions in keys and links are those that Start wrote.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool SelectNext(MergeLane* lane, in MergeTable merges)
    {
        uint* keys = lane->_keys;
        uint least = Least(keys, lane->_keysLength);
        nuint right = lane->_right;
        nuint left = lane->_left;
        uint rightKey = KeyOf(MergeTable.ReadUnverified(lane->_rightEntry, lane->_rightFingerprint), (uint)right);
        uint leftKey = KeyOf(MergeTable.ReadUnverified(lane->_leftEntry, lane->_leftFingerprint), (uint)left);

        // After the others were read: a vector would wait for single keys that were just written.
        keys[right] = rightKey;
        keys[left] = leftKey;
        least = Less(least, Less(rightKey, leftKey));
        lane->_least = least;
        if (least >= 1u << (FrozenFormat.IdBits + PositionBits))
        {
            return false;
        }

        Prefetch.Line(merges.SplitOf(least >> PositionBits));
        return true;
    }

    /// <summary>The second half: joins the chosen pair, and asks for the rules of its new
    /// neighbours.</summary>
    // Safety: SelectNext chose a pair.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ApplySelected(MergeLane* lane, in MergeTable merges)
    {
        uint* keys = lane->_keys;
        uint* tokens = lane->_tokens;
        byte* next = lane->_next;
        byte* previous = lane->_previous;
        nuint position = (byte)lane->_least;
        uint joined = lane->_least >> PositionBits;
        nuint right = next[position];
        if (!merges.Verify(joined, tokens[position], tokens[right]))
        {
            keys[position] = NoKey;
            lane->LookNothingUp(merges);
            return;
        }

        nuint left = previous[position];
        nuint afterRight = next[right];
        tokens[position] = joined;
        next[position] = (byte)afterRight;
        previous[afterRight] = (byte)position;
        keys[right] = NoKey;
        keys[position] = NoKey;
        keys[left] = NoKey;
        lane->_right = position;
        lane->_left = left;
        uint* rightEntry = merges.EntryOf(joined, tokens[afterRight], out lane->_rightFingerprint);
        uint* leftEntry = merges.EntryOf(tokens[left], joined, out lane->_leftFingerprint);
        lane->_rightEntry = rightEntry;
        lane->_leftEntry = leftEntry;
        Prefetch.Line(rightEntry);
        Prefetch.Line(leftEntry);
    }

    /// <summary>Writes the ids of the parts.</summary>
    /// <returns>How many there are.</returns>
    // Safety: an id per byte of the piece must be writable.
    public readonly int Finish(uint* ids)
    {
        int count = 0;
        for (int position = 1; position <= _length; position = _next[position])
        {
            ids[count++] = _tokens[position];
        }

        return count;
    }

    /// <summary>Writes the ids of the parts, and where each begins.</summary>
    /// <returns>How many there are.</returns>
    // Safety: an id and a start per byte of the piece must be writable.
    public readonly int Finish(uint* ids, int* starts)
    {
        int count = 0;
        for (int position = 1; position <= _length; position = _next[position])
        {
            starts[count] = position - 1;
            ids[count++] = _tokens[position];
        }

        return count;
    }

    /// <summary>Position 0 stands in front of the piece and never has a key, nor does it get one from
    /// this.</summary>
    private void LookNothingUp(in MergeTable merges)
    {
        _right = 0;
        _left = 0;
        _rightEntry = merges.EntryOf(0, 0, out _);
        _leftEntry = _rightEntry;
        _rightFingerprint = ~*_rightEntry & MergeTable.FingerprintMask;
        _leftFingerprint = _rightFingerprint;
    }

    /// <summary>Rank, then position: the least key is the lowest rank's leftmost pair. What is no rule stays
    /// above all that are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint KeyOf(uint rank, uint position) =>
        rank << PositionBits | position | (uint)((int)rank >> 31);

    /// <summary>The smaller of two, without a branch: which one it is can't be foreseen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Less(uint a, uint b) => b + ((a - b) & (uint)(((long)a - b) >> 63));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Least(uint* keys, int length)
    {
        Vector256<uint> least = Vector256.Load(keys);
        for (int i = Vector256<uint>.Count; i < length; i += Vector256<uint>.Count)
        {
            least = Vector256.Min(least, Vector256.Load(keys + i));
        }

        Vector128<uint> half = Vector128.Min(least.GetLower(), least.GetUpper());
        half = Vector128.Min(half, Vector128.Shuffle(half, Vector128.Create(2u, 3, 0, 1)));
        half = Vector128.Min(half, Vector128.Shuffle(half, Vector128.Create(1u, 0, 3, 2)));
        return half.ToScalar();
    }
}
