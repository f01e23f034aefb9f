using System.Runtime.CompilerServices;
using Harmony.Bpe.Memory;
using Harmony.Bpe.Merging;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Batches;

/// <summary>
/// The ids of pieces that are no short tokens: from the thread's cache, from the tables of longer tokens, or
/// merged and then kept in the cache.
/// </summary>
internal static unsafe class UncommonPieces
{
    /// <summary>Seed of the hashes by which the cache finds medium and long pieces.</summary>
    private const ulong CacheSeed = 0x5851_F42D_4C95_7F2D;

    /// <summary>Finds the ids of a batch's missed pieces, as the state's
    /// <see cref="BatchState.Tasks"/>.</summary>
    // Safety: the missed pieces' numbers and starts are the batch's. Their ids are written one behind the
    // other to MissIds: no more of them than the batch has bytes, and less than Slack behind.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Resolve(BatchState state, FrozenVocabulary vocabulary, byte* text, int misses)
    {
        PieceCache cache = state.Cache;
        uint* missed = state.Misses;
        uint* starts = state.Starts;
        for (int m = 0; m < misses; m++)
        {
            uint piece = missed[m];
            uint start = starts[piece];
            uint length = starts[piece + 1] - start;
            if (length > ShortPieceKey.MaxLength)
            {
                state.Probes[piece].Hash = HashLonger(new ReadOnlySpan<byte>(text + start, (int)length));
            }

            cache.Prefetch(state.Probes[piece].Hash);
        }

        for (int m = 0; m < misses; m++)
        {
            uint piece = missed[m];
            if (starts[piece + 1] - starts[piece] > MediumPieceKey.MaxLength)
            {
                cache.Log.Prefetch(state.Probes[piece].Hash);
            }
        }

        uint* ids = state.MissIds;
        uint* open = state.OpenMisses;
        int opened = 0;
        for (int m = 0; m < misses; m++)
        {
            uint piece = missed[m];
            uint start = starts[piece];
            MergeTask* task = state.Tasks + m;
            task->Piece = text + start;
            task->Length = (int)(starts[piece + 1] - start);
            task->Ids = ids;
            task->Count = Find(state.Cache, vocabulary, task, state.Probes + piece);
            if (task->Count == 0)
            {
                open[opened++] = (uint)m;
                ids += task->Length;
            }

            ids += task->Count;
        }

        if (opened != 0)
        {
            Merge(state, vocabulary, opened);
        }
    }

    /// <summary>Finds the ids of one piece that is too long for windows, in the state's ids.</summary>
    /// <returns>How many there are; 0 if the piece is too long for the state.</returns>
    public static int ResolveLong(BatchState state, FrozenVocabulary vocabulary, ReadOnlySpan<byte> piece)
    {
        if (piece.Length is <= MediumPieceKey.MaxLength or > BatchState.MaxIds)
        {
            return 0;
        }

        ulong hash = HashLonger(piece);
        int count = state.Cache.Log.Find(piece, hash, state.Ids);
        if (count == 0)
        {
            count = FindToken(vocabulary, piece, state.Ids);
            if (count == 0)
            {
                count = PieceMerger.Merge(
                    piece, vocabulary.Merges, new Span<int>(state.Ids, piece.Length), CancellationToken.None);
            }

            state.Cache.Log.Add(piece, hash, state.Ids, count);
        }

        return count;
    }

    private static ulong HashLonger(ReadOnlySpan<byte> piece) =>
        piece.Length <= MediumPieceKey.MaxLength
            ? new MediumPieceKey(piece).Hash(CacheSeed)
            : PieceTable.HashLong(piece, CacheSeed);

    /// <summary>Looks a piece up everywhere; 0 if it must be merged.</summary>
    private static int Find(PieceCache cache, FrozenVocabulary vocabulary, MergeTask* task, PieceProbe* probe)
    {
        var bytes = new ReadOnlySpan<byte>(task->Piece, task->Length);
        if (task->Length <= ShortPieceKey.MaxLength)
        {
            int count = cache.FindShort(probe->Hash, probe->Low, probe->High, task->Ids);
            return count != 0 ? count : cache.Log.Find(bytes, probe->Hash, task->Ids);
        }

        return FindLonger(vocabulary, cache, bytes, probe->Hash, task->Ids);
    }

    private static int FindLonger(
        FrozenVocabulary vocabulary, PieceCache cache, ReadOnlySpan<byte> piece, ulong hash, uint* ids)
    {
        bool isMedium = piece.Length <= MediumPieceKey.MaxLength;
        int count = isMedium ? cache.FindMedium(hash, new MediumPieceKey(piece), ids) : 0;
        if (count == 0)
        {
            count = cache.Log.Find(piece, hash, ids);
        }

        if (count == 0)
        {
            count = FindToken(vocabulary, piece, ids);
            if (count != 0 && isMedium)
            {
                cache.AddMedium(hash, new MediumPieceKey(piece), ids, count);
            }
        }

        return count;
    }

    private static int FindToken(FrozenVocabulary vocabulary, ReadOnlySpan<byte> piece, uint* ids)
    {
        int id = vocabulary.Pieces.Find(piece);
        *ids = (uint)id;
        return id < 0 ? 0 : 1;
    }

    /// <summary>Merges what was found nowhere, and keeps it.</summary>
    private static void Merge(BatchState state, FrozenVocabulary vocabulary, int opened)
    {
        MergeTask* tasks = state.Tasks;
        MergeTask* openTasks = state.OpenTasks;
        for (int i = 0; i < opened; i++)
        {
            openTasks[i] = tasks[state.OpenMisses[i]];
        }

        LaneMerger.Merge(openTasks, opened, vocabulary.Merges, state.Lanes);
        for (int i = 0; i < opened; i++)
        {
            uint miss = state.OpenMisses[i];
            tasks[miss].Count = openTasks[i].Count;
            Keep(state.Cache, openTasks + i, state.Probes + state.Misses[miss]);
        }
    }

    private static void Keep(PieceCache cache, MergeTask* task, PieceProbe* probe)
    {
        ulong hash = probe->Hash;
        var bytes = new ReadOnlySpan<byte>(task->Piece, task->Length);
        if (task->Length <= ShortPieceKey.MaxLength && task->Count <= PieceCache.MaxShortIds)
        {
            cache.AddShort(hash, probe->Low, probe->High, task->Ids, task->Count);
        }
        else if (task->Length is > ShortPieceKey.MaxLength and <= MediumPieceKey.MaxLength
            && task->Count <= PieceCache.MaxMediumIds)
        {
            cache.AddMedium(hash, new MediumPieceKey(bytes), task->Ids, task->Count);
        }
        else
        {
            cache.Log.Add(bytes, hash, task->Ids, task->Count);
        }
    }
}
