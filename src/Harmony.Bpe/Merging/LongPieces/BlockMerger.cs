using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Merging.LongPieces;

/// <summary>
/// Merges up to 1,022 bytes: too long for a <see cref="MergeLane"/>, too short for a heap. It works like a
/// lane, but the keys are in blocks whose least keys are kept, so that a step searches those and the blocks
/// that it changed.
/// </summary>
internal unsafe struct BlockMerger
{
    /// <summary>The most bytes: positions have ten bits, and each end takes one.</summary>
    public const int MaxLength = Positions - 2;

    private const int Positions = 1 << PositionBits;
    private const int PositionBits = 10;
    private const int BlockLength = 32;
    private const int Blocks = Positions / BlockLength;

    /// <summary>The part past an end. It is no token, so no rule has it.</summary>
    private const uint Beyond = (1u << FrozenFormat.IdBits) - 1;

    // By position: that of a part's first byte, counted from 1. The least keys: by block.
    private fixed uint _keys[Positions];
    private fixed uint _leastKeys[Blocks];
    private fixed uint _tokens[Positions];
    private fixed ushort _next[Positions];
    private fixed ushort _previous[Positions];

    /// <summary>Merges a piece of 1 to <see cref="MaxLength"/> bytes.</summary>
    /// <param name="piece">The bytes.</param>
    /// <param name="merges">The rules.</param>
    /// <param name="ids">Receives the ids, at most one for each byte.</param>
    /// <param name="starts">Receives where each starts.</param>
    /// <returns>The number of ids.</returns>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Merge(ReadOnlySpan<byte> piece, MergeTable merges, Span<int> ids, Span<int> starts)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(piece.Length, MaxLength);

        // Safety: all positions are from 0 to the length + 1, which stays inside the arrays.
        Unsafe.SkipInit(out BlockMerger merger);
        merger.Start(piece, merges);
        while (Step(&merger, merges))
        {
        }

        int count = 0;
        for (int position = 1; position <= piece.Length; position = merger._next[position])
        {
            starts[count] = position - 1;
            ids[count++] = (int)merger._tokens[position];
        }

        return count;
    }

    private void Start(ReadOnlySpan<byte> piece, MergeTable merges)
    {
        fixed (uint* keys = _keys, leastKeys = _leastKeys)
        {
            new Span<uint>(keys, Positions).Fill(MergeKeys.None);
            _tokens[0] = Beyond;
            _next[0] = 1;
            for (int i = 0; i < piece.Length; i++)
            {
                keys[i + 1] = i + 1 < piece.Length
                    ? MergeKeys.Of(merges.FindBytes(piece[i], piece[i + 1]), (uint)i + 1, PositionBits)
                    : MergeKeys.None;
                _tokens[i + 1] = (uint)merges.IdOfByte(piece[i]);
                _next[i + 1] = (ushort)(i + 2);
                _previous[i + 1] = (ushort)i;
            }

            _tokens[piece.Length + 1] = Beyond;
            for (uint block = 0; block < Blocks; block++)
            {
                leastKeys[block] = Least(keys + block * BlockLength);
            }
        }
    }

    /// <summary>Joins the pair of lowest rank.</summary>
    /// <returns>False if there is none.</returns>
    // Safety: positions in keys and links are those that Start wrote.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Step(BlockMerger* merger, MergeTable merges)
    {
        uint* keys = merger->_keys;
        uint* leastKeys = merger->_leastKeys;
        uint* tokens = merger->_tokens;
        uint least = Least(leastKeys);
        if (least >= 1u << (FrozenFormat.IdBits + PositionBits))
        {
            return false;
        }

        uint position = least & (Positions - 1);
        uint joined = least >> PositionBits;
        uint right = merger->_next[position];
        if (!merges.Verify(joined, tokens[position], tokens[right]))
        {
            keys[position] = MergeKeys.None;
            leastKeys[position / BlockLength] = Least(keys + (position & -BlockLength));
            return true;
        }

        uint left = merger->_previous[position];
        uint afterRight = merger->_next[right];
        tokens[position] = joined;
        merger->_next[position] = (ushort)afterRight;
        merger->_previous[afterRight] = (ushort)position;
        keys[right] = MergeKeys.None;
        keys[position] = MergeKeys.Of(merges.FindUnverified(joined, tokens[afterRight]), position, PositionBits);
        keys[left] = MergeKeys.Of(merges.FindUnverified(tokens[left], joined), left, PositionBits);
        uint block = position / BlockLength;
        leastKeys[block] = Least(keys + block * BlockLength);
        if (right / BlockLength != block)
        {
            leastKeys[right / BlockLength] = Least(keys + (right & -BlockLength));
        }

        if (left / BlockLength != block)
        {
            leastKeys[left / BlockLength] = Least(keys + (left & -BlockLength));
        }

        return true;
    }

    /// <summary>The least key of a block.</summary>
    // Safety: BlockLength keys must be readable; there are as many blocks.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Least(uint* keys)
    {
        Vector256<uint> least = Vector256.Min(
            Vector256.Min(Vector256.Load(keys), Vector256.Load(keys + 8)),
            Vector256.Min(Vector256.Load(keys + 16), Vector256.Load(keys + 24)));
        return MergeKeys.LeastOf(least);
    }
}
