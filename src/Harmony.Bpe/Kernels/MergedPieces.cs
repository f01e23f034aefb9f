using System.Runtime.CompilerServices;
using Harmony.Bpe.Memory;
using Harmony.Bpe.Merging;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Kernels;

/// <summary>The ids of pieces that the batch's look-up did not find: from the thread's cache, or made and kept.</summary>
internal static unsafe class MergedPieces
{
    /// <summary>Seed of the hashes by which the cache finds medium and long pieces.</summary>
    private const ulong CacheSeed = 0x5851_F42D_4C95_7F2D;

    /// <summary>The ids of a short piece that is neither a token nor in its line of the cache.</summary>
    // Safety: an id per byte of the piece, and Slack, must be writable at ids.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int TakeShort(
        EncoderState state,
        FrozenVocabulary vocabulary,
        ReadOnlySpan<byte> piece,
        byte* line,
        ulong low,
        ulong high,
        ulong hash,
        uint* ids)
    {
        int count = state.Cache.Log.Find(piece, hash, ids);
        if (count != 0)
        {
            return count;
        }

        count = Merge(vocabulary, piece, ids);
        if (count <= PieceCache.MaxShortIds)
        {
            PieceCache.AddShort(line, low, high, ids, count);
        }
        else
        {
            state.Cache.Log.Add(piece, hash, ids, count);
        }

        return count;
    }

    /// <summary>The ids of a piece that is too long for a short key.</summary>
    // Safety: as above.
    public static int TakeLonger(EncoderState state, FrozenVocabulary vocabulary, ReadOnlySpan<byte> piece, uint* ids) =>
        piece.Length <= MediumPieceKey.MaxLength
            ? TakeMedium(state, vocabulary, piece, ids)
            : TakeLong(state, vocabulary, piece, ids);

    private static int TakeMedium(EncoderState state, FrozenVocabulary vocabulary, ReadOnlySpan<byte> piece, uint* ids)
    {
        var key = new MediumPieceKey(piece);
        ulong hash = key.Hash(CacheSeed);
        byte* line = state.Cache.MediumLine(hash);
        int count = PieceCache.FindMedium(line, key, ids);
        if (count != 0)
        {
            return count;
        }

        count = state.Cache.Log.Find(piece, hash, ids);
        if (count != 0)
        {
            return count;
        }

        count = FindOrMerge(vocabulary, piece, ids);
        if (count <= PieceCache.MaxMediumIds)
        {
            PieceCache.AddMedium(line, key, ids, count);
        }
        else
        {
            state.Cache.Log.Add(piece, hash, ids, count);
        }

        return count;
    }

    private static int TakeLong(EncoderState state, FrozenVocabulary vocabulary, ReadOnlySpan<byte> piece, uint* ids)
    {
        ulong hash = PieceTable.HashLong(piece, CacheSeed);
        int count = state.Cache.Log.Find(piece, hash, ids);
        if (count == 0)
        {
            count = FindOrMerge(vocabulary, piece, ids);
            state.Cache.Log.Add(piece, hash, ids, count);
        }

        return count;
    }

    private static int FindOrMerge(FrozenVocabulary vocabulary, ReadOnlySpan<byte> piece, uint* ids)
    {
        int id = vocabulary.Pieces.Find(piece);
        if (id < 0)
        {
            return Merge(vocabulary, piece, ids);
        }

        *ids = (uint)id;
        return 1;
    }

    private static int Merge(FrozenVocabulary vocabulary, ReadOnlySpan<byte> piece, uint* ids) =>
        PieceMerger.Merge(piece, vocabulary.Merges, new Span<int>(ids, piece.Length), CancellationToken.None);
}
