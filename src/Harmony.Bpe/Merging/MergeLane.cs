using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Machine;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Merging;

/// <summary>
/// Merges one piece of up to 254 bytes, step by step. The idea is simple: keep a key of rank and position for
/// each two neighbouring parts, join the pair with the least key, look up the rules of the two new
/// neighbours, repeat. Three departures make it fast:
/// <list type="number">
/// <item>The least key is found with vector minimums; a short piece has too few keys for a heap.</item>
/// <item>The rules of both new neighbours are looked up without a branch, even past the ends of the piece,
/// where a part that is no token stands.</item>
/// <item>A step is a chain of dependent loads that leaves the processor idle most of the time. So it has two
/// halves, each of which prefetches what the next one reads, and <see cref="LaneMerger"/> alternates between
/// lanes.</item>
/// </list>
/// </summary>
internal unsafe struct MergeLane
{
    /// <summary>The longest piece: positions are bytes, and each end takes one.</summary>
    public const int MaxLength = 254;

    private const int Positions = MaxLength + 2;
    private const int PositionBits = 8;

    /// <summary>The part past an end of the piece. It is no token, so no rule has it.</summary>
    private const uint Beyond = (1u << FrozenFormat.IdBits) - 1;

    // By position: that of a part's first byte, counted from 1.
    private fixed uint _keys[Positions];
    private fixed uint _tokens[Positions];
    private fixed byte _next[Positions];
    private fixed byte _previous[Positions];
    private int _length;
    private int _keysLength;

    // The key of the selected pair.
    private uint _least;

    // The two pairs whose rules are being looked up: their positions, and the entries where the rules can be.
    private nuint _right;
    private nuint _left;
    private uint _rightFingerprint;
    private uint _leftFingerprint;
    private uint* _rightEntry;
    private uint* _leftEntry;

    /// <summary>Starts with a piece.</summary>
    // Safety: length bytes must be readable at piece. All positions are then from 0 to length + 1, which
    // stays inside the arrays.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Start(byte* piece, int length, in MergeTable merges)
    {
        Debug.Assert(
            length is > 0 and <= MaxLength, $"The piece has {length} bytes, but must have 1 to {MaxLength}.");
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
                keys[i] = MergeKeys.Of(merges.FindBytes(piece[i - 1], piece[i]), (uint)i, PositionBits);
                tokens[i + 1] = (uint)merges.IdOfByte(piece[i]);
                next[i + 1] = (byte)(i + 2);
                previous[i + 1] = (byte)i;
            }

            tokens[length + 1] = Beyond;
        }

        LookNothingUp(merges);
    }

    /// <summary>Joins the pair of lowest rank.</summary>
    /// <returns>False if there is none: the piece is merged.</returns>
    // Safety: as for the two halves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Step(MergeLane* lane, in MergeTable merges)
    {
        bool selected = SelectNext(lane, merges);
        if (selected)
        {
            ApplySelected(lane, merges);
        }

        return selected;
    }

    /// <summary>The first half of a step: reads the rules of the new neighbours, and selects the pair of
    /// lowest rank.</summary>
    /// <returns>False if there is none: the piece is merged.</returns>
    // Safety: the lane was started; positions in keys and links are those that Start wrote.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool SelectNext(MergeLane* lane, in MergeTable merges)
    {
        uint* keys = lane->_keys;
        uint least = Least(keys, lane->_keysLength);
        nuint right = lane->_right;
        nuint left = lane->_left;
        uint rightKey = MergeKeys.Of(
            MergeTable.ReadUnverified(lane->_rightEntry, lane->_rightFingerprint), (uint)right, PositionBits);
        uint leftKey = MergeKeys.Of(
            MergeTable.ReadUnverified(lane->_leftEntry, lane->_leftFingerprint), (uint)left, PositionBits);

        // Written after the other keys are read: a vector load would wait for single keys that were just
        // written.
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

    /// <summary>The second half: joins the selected pair, and prefetches the rules of its new
    /// neighbours.</summary>
    // Safety: SelectNext selected a pair.
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
            keys[position] = MergeKeys.None;
            lane->LookNothingUp(merges);
            return;
        }

        nuint left = previous[position];
        nuint afterRight = next[right];
        tokens[position] = joined;
        next[position] = (byte)afterRight;
        previous[afterRight] = (byte)position;
        keys[right] = MergeKeys.None;
        keys[position] = MergeKeys.None;
        keys[left] = MergeKeys.None;
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
    /// <returns>The number of ids.</returns>
    // Safety: an id for each byte of the piece must be writable.
    public readonly int Finish(uint* ids)
    {
        int count = 0;
        for (int position = 1; position <= _length; position = _next[position])
        {
            ids[count++] = _tokens[position];
        }

        return count;
    }

    /// <summary>Writes the ids of the parts, and where in the piece each starts.</summary>
    /// <returns>The number of ids.</returns>
    // Safety: an id and a start for each byte of the piece must be writable.
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

    /// <summary>Makes the next look-ups find nothing. They are those of position 0, which is before the piece
    /// and never has a key.</summary>
    private void LookNothingUp(in MergeTable merges)
    {
        _right = 0;
        _left = 0;
        _rightEntry = merges.EntryOf(0, 0, out _);
        _leftEntry = _rightEntry;
        _rightFingerprint = ~*_rightEntry & MergeTable.FingerprintMask;
        _leftFingerprint = _rightFingerprint;
    }

    /// <summary>The smaller of two, without a branch: the processor could not predict it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Less(uint a, uint b) => b + ((a - b) & (uint)(((long)a - b) >> 63));

    // Safety: length, a multiple of eight, keys must be readable.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Least(uint* keys, int length)
    {
        Vector256<uint> least = Vector256.Load(keys);
        for (int i = Vector256<uint>.Count; i < length; i += Vector256<uint>.Count)
        {
            least = Vector256.Min(least, Vector256.Load(keys + i));
        }

        return MergeKeys.LeastOf(least);
    }
}
