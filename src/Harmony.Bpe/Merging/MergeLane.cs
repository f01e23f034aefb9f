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

    // By position: the number of a part at the start, counted from 1.
    private fixed uint _keys[Positions];
    private fixed uint _tokens[Positions];

    // Where the rules of the pairs to begin with are, until they are looked up.
    private fixed ulong _places[Positions];
    private fixed byte _next[Positions];
    private fixed byte _previous[Positions];

    // Where a part starts in the piece.
    private fixed byte _starts[Positions];

    // The number of parts at the start.
    private int _count;

    /// <summary>The piece, for <see cref="LaneMerger"/>.</summary>
    public MergeTask* Task;

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

    // An entry that no pair has: where nothing is to be looked up.
    private uint _noRule;

    /// <summary>Starts with a piece: cuts it into the parts to begin with, which are certified starts, and
    /// single bytes elsewhere; and prefetches the rules of all neighbours. <see cref="LookUp"/> must
    /// follow.</summary>
    // Safety: length bytes must be readable at piece. There are at most as many parts as bytes, so all
    // positions are from 0 to length + 1, which stays inside the arrays.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Start(MergeLane* lane, byte* piece, int length, in MergeTable merges)
    {
        Debug.Assert(
            length is > 0 and <= MaxLength, $"The piece has {length} bytes, but must have 1 to {MaxLength}.");
        uint* tokens = lane->_tokens;
        byte* starts = lane->_starts;
        CertifiedStarts certified = merges.Starts;
        nuint last = (nuint)length - 1;
        nuint position = 1;
        nuint at = 0;
        uint before = CertifiedStarts.EdgeClass;

        // 1 if the byte is the second of a start.
        uint covered = 0;
        while (at < last)
        {
            byte first = piece[at];
            if (first >= 0xE0 && covered == 0 && at + 1 < last && IsCharacter(piece + at))
            {
                ulong character = certified.OfCharacter(first, piece[at + 1], piece[at + 2]);
                if (CertifiedStarts.IsStart(character, before, ClassAt(piece, at + 3, last, certified)) != 0)
                {
                    tokens[position] = CertifiedStarts.IdOf(character);
                    starts[position] = (byte)at;
                    position++;
                    before = certified.ClassOf(piece[at + 2]);
                    at += 3;
                    continue;
                }
            }

            // Without a branch, which would often be mispredicted. What is written for a covered byte is
            // overwritten.
            ulong pair = certified.OfPair(first, piece[at + 1]);
            uint isStart =
                CertifiedStarts.IsStart(pair, before, ClassAt(piece, at + 2, last, certified)) & ~covered;
            var id = (uint)merges.IdOfByte(first);
            tokens[position] = id ^ ((id ^ CertifiedStarts.IdOf(pair)) & (0 - isStart));
            starts[position] = (byte)at;
            position += 1 - covered;
            covered = isStart;
            before = certified.ClassOf(first);
            at++;
        }

        if (at == last)
        {
            tokens[position] = (uint)merges.IdOfByte(piece[at]);
            starts[position] = (byte)at;
            position += 1 - covered;
        }

        int count = (int)position - 1;
        tokens[0] = Beyond;
        tokens[position] = Beyond;
        lane->_count = count;
        for (int i = 1; i < count; i++)
        {
            ulong place = merges.PlaceOf(tokens[i], tokens[i + 1]);
            Prefetch.Line(merges.EntryAt(place));
            lane->_places[i] = place;
        }
    }

    /// <summary>The second half of a start: looks the rules of all neighbours up.</summary>
    // Safety: Start was called.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LookUp(MergeLane* lane, in MergeTable merges)
    {
        uint* keys = lane->_keys;
        ulong* places = lane->_places;
        int count = lane->_count;
        int keysLength = (count + 1 + Vector256<uint>.Count - 1) & -Vector256<uint>.Count;
        lane->_keysLength = keysLength;
        for (int i = 0; i < keysLength; i += Vector256<uint>.Count)
        {
            Vector256.Store(Vector256<uint>.AllBitsSet, keys + i);
        }

        for (int i = 1; i < count; i++)
        {
            keys[i] = MergeKeys.Of(merges.ReadUnverified(places[i]), (uint)i, PositionBits);
        }

        Vector256<byte> positions = Vector256<byte>.Indices;
        for (int i = 0; i <= count; i += Vector256<byte>.Count)
        {
            Vector256.Store(positions + Vector256<byte>.One, lane->_next + i);
            Vector256.Store(positions - Vector256<byte>.One, lane->_previous + i);
            positions += Vector256.Create((byte)Vector256<byte>.Count);
        }

        LookNothingUp(lane);
    }

    /// <summary>The class of a byte of a piece, or of its edge.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ClassAt(byte* piece, nuint at, nuint last, in CertifiedStarts certified) =>
        at <= last ? certified.ClassOf(piece[at]) : CertifiedStarts.EdgeClass;

    /// <summary>Whether three bytes of which the first is 0xE0 or more are a character.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsCharacter(byte* bytes) =>
        bytes[0] < 0xF0 && (bytes[1] & 0xC0) == 0x80 && (bytes[2] & 0xC0) == 0x80;

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
            LookNothingUp(lane);
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
        for (int position = 1; position <= _count; position = _next[position])
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
        for (int position = 1; position <= _count; position = _next[position])
        {
            starts[count] = _starts[position];
            ids[count++] = _tokens[position];
        }

        return count;
    }

    /// <summary>Makes the next look-ups find nothing. They are those of position 0, which is before the piece
    /// and never has a key.</summary>
    private static void LookNothingUp(MergeLane* lane)
    {
        lane->_right = 0;
        lane->_left = 0;
        lane->_rightEntry = &lane->_noRule;
        lane->_leftEntry = &lane->_noRule;
        lane->_noRule = 0;
        lane->_rightFingerprint = MergeTable.FingerprintMask;
        lane->_leftFingerprint = MergeTable.FingerprintMask;
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
