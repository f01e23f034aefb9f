using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Caching;
using Harmony.Bpe.Machine;
using Harmony.Bpe.Merging;
using Harmony.Bpe.Reference;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Batches;

/// <summary>
/// The ids of pieces that are no short tokens: from the thread's cache, from the tables of longer tokens, or
/// merged and then kept in the cache.
/// </summary>
internal static unsafe class MissResolver
{
    /// <summary>Finds the ids of a batch's missed pieces: as words, or those of pieces that have many as the
    /// state's <see cref="BatchState.OverflowIds"/>.</summary>
    /// <returns>How many have many.</returns>
    // Safety: ids that are no word's are written one behind the other to MissIds: no more of them than the
    // batch has bytes, and less than Slack behind.
    public static int Resolve(BatchState state, FrozenVocabulary vocabulary, byte* text, int misses)
    {
        uint* ids = state.MissIds;
        OverflowIds* many = state.OverflowIds;
        for (int first = 0; first < misses; first += BatchState.MissGroup)
        {
            int count = Math.Min(misses - first, BatchState.MissGroup);
            ids = ResolveGroup(state, vocabulary, text, first, count, ids);
            many = PublishIds(state, first, count, many);
        }

        return (int)(many - state.OverflowIds);
    }

    /// <summary>Finds the ids of some of the missed pieces: of a task whose count is 0 they are in the piece's
    /// word.</summary>
    /// <returns>What is behind their ids.</returns>
    // Safety: the missed pieces' numbers and starts are the batch's; there are at most MissGroup.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static uint* ResolveGroup(
        BatchState state, FrozenVocabulary vocabulary, byte* text, int first, int count, uint* ids)
    {
        PieceCache cache = state.Cache;
        uint* starts = state.Starts;
        uint* missed = state.Misses + first;
        MergeTask* tasks = state.Tasks;
        PieceProbe* probes = state.Probes;
        for (int m = 0; m < count; m++)
        {
            uint start = starts[missed[m]];
            tasks[m].Piece = text + start;
            tasks[m].Length = (int)(starts[missed[m] + 1] - start);
            Locate(cache, vocabulary.Pieces, tasks + m, probes + m);
        }

        for (int m = 0; m < count; m++)
        {
            if (tasks[m].Length > MediumVocabularyKey.MaxLength)
            {
                cache.Log.PrefetchRecord(probes[m].Hash);
            }
            else if (probes[m].Place.MayHaveOverflowed)
            {
                Prefetch.Line(probes[m].Place.Other);
            }
        }

        int opened = 0;
        int repeated = 0;
        for (int m = 0; m < count; m++)
        {
            MergeTask* task = tasks + m;
            task->Count = 0;
            if (task->Length <= ShortVocabularyKey.MaxLength)
            {
                ulong packed = FindShort(cache, vocabulary, task, probes + m);
                if (PackedIds.CountOf(packed) != 0)
                {
                    state.Words[missed[m]] = packed;
                    continue;
                }
            }

            task->Ids = ids;
            task->Count = Find(cache, vocabulary, task, probes + m);
            ids += task->Count;
            if (task->Count != 0)
            {
                continue;
            }

            int same = FindQueuedDuplicate(state, tasks, opened, m);
            if (same >= 0)
            {
                state.Repeats[repeated++] = new QueuedDuplicate { Piece = m, First = same };
                continue;
            }

            if (task->Length <= MediumVocabularyKey.MaxLength)
            {
                PieceCache.PrefetchOthers(probes[m].Place);
            }

            state.OpenHashes[opened] = (uint)probes[m].Hash;
            state.OpenMisses[opened++] = m;
            ids += task->Length;
        }

        if (opened != 0)
        {
            Merge(state, vocabulary, tasks, opened);
        }

        for (int i = 0; i < repeated; i++)
        {
            QueuedDuplicate repeat = state.Repeats[i];
            tasks[repeat.Piece] = tasks[repeat.First];
        }

        return ids;
    }

    /// <summary>Puts ids that are few into their pieces' words, and lists those that are many.</summary>
    /// <returns>What is behind the list.</returns>
    // Safety: there are no more of them than pieces.
    private static OverflowIds* PublishIds(BatchState state, int first, int count, OverflowIds* many)
    {
        uint* missed = state.Misses + first;
        for (int m = 0; m < count; m++)
        {
            MergeTask* task = state.Tasks + m;
            if (task->Count > PackedIds.MaxCount)
            {
                many->Piece = missed[m];
                many->Count = task->Count;
                many->Ids = task->Ids;
                many++;
            }
            else if (task->Count != 0)
            {
                state.Words[missed[m]] = PackedIds.Of(task->Ids, task->Count);
            }
        }

        return many;
    }

    /// <summary>Finds the same piece among those that were put aside to be merged; only among the last of
    /// them, so that a batch full of pieces costs no more than others.</summary>
    /// <returns>Its number, or −1.</returns>
    private static int FindQueuedDuplicate(BatchState state, MergeTask* tasks, int opened, int piece)
    {
        int first = Math.Max(opened - Vector512<uint>.Count, 0);
        MergeTask* task = tasks + piece;
        Vector512<uint> same = Vector512.Equals(
            Vector512.Load(state.OpenHashes + first), Vector512.Create((uint)state.Probes[piece].Hash));
        ulong bits = same.ExtractMostSignificantBits() & ((1UL << (opened - first)) - 1);
        for (; bits != 0; bits &= bits - 1)
        {
            int other = state.OpenMisses[first + BitOperations.TrailingZeroCount(bits)];
            if (new ReadOnlySpan<byte>(tasks[other].Piece, tasks[other].Length)
                .SequenceEqual(new ReadOnlySpan<byte>(task->Piece, task->Length)))
            {
                return other;
            }
        }

        return -1;
    }

    /// <summary>Finds out where a piece can be, in the cache and in the table of tokens, and asks for these
    /// lines.</summary>
    // Safety: 32 bytes must be readable at the piece; its Bytes are what MediumVocabularyKey.MaxLength leaves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Locate(
        PieceCache cache, in PieceTable pieces, MergeTask* task, PieceProbe* probe)
    {
        var length = (uint)task->Length;
        if (length > MediumVocabularyKey.MaxLength)
        {
            probe->Hash = HashLong(new ReadOnlySpan<byte>(task->Piece, (int)length));
            cache.Log.PrefetchBucket(probe->Hash);
            return;
        }

        probe->Locate(cache.Lines, pieces, task->Piece, length);
    }

    /// <summary>Finds the ids of one piece that is too long for windows.</summary>
    /// <returns>The ids, until the state is used again; none if the piece is too long for the
    /// state.</returns>
    public static ReadOnlySpan<int> ResolveLong(
        BatchState state, FrozenVocabulary vocabulary, ReadOnlySpan<byte> piece)
    {
        if (piece.Length is <= MediumVocabularyKey.MaxLength or > BatchState.MaxText)
        {
            return [];
        }

        ulong hash = HashLong(piece);
        int count = state.Cache.Log.Find(piece, hash, state.Ids);
        if (count == 0)
        {
            count = FindToken(vocabulary, piece, state.Ids);
            if (count == 0)
            {
                count = PieceMerger.Merge(
                    piece, vocabulary, new Span<int>(state.Ids, piece.Length), CancellationToken.None);
            }

            state.Cache.Log.Add(piece, hash, state.Ids, count);
        }

        return new ReadOnlySpan<int>(state.Ids, count);
    }

    private static ulong HashLong(ReadOnlySpan<byte> piece) => PieceTable.HashLong(piece, PieceProbe.CacheSeed);

    /// <summary>Finds a short piece that is a token, or was merged to few ids.</summary>
    /// <returns>The ids; a word without any if the piece is neither.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong FindShort(
        PieceCache cache, FrozenVocabulary vocabulary, MergeTask* task, PieceProbe* probe)
    {
        Vector256<ulong> words = probe->Bytes.AsUInt64();
        ulong high = words.GetElement(1) | (ulong)task->Length << ShortVocabularyKey.LengthShift;
        int id = PieceTable.IdIn(probe->Entry, words.GetElement(0), high);
        if (id < 0)
        {
            return PieceCache.FindNarrow(probe->Place, probe->Key);
        }

        ulong packed = PackedIds.Of((uint)id);
        CacheEviction.KeepVocabularyEntry(cache, vocabulary, probe, packed);
        return packed;
    }

    /// <summary>Looks a piece up everywhere else; 0 if it must be merged.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Find(PieceCache cache, FrozenVocabulary vocabulary, MergeTask* task, PieceProbe* probe)
    {
        int length = task->Length;
        return length > MediumVocabularyKey.MaxLength ? FindLong(cache, vocabulary, task, probe)
            : length > ShortVocabularyKey.MaxLength ? FindMedium(cache, vocabulary, task, probe)
            : FindWide(cache, vocabulary, task, probe);
    }

    private static int FindMedium(
        PieceCache cache, FrozenVocabulary vocabulary, MergeTask* task, PieceProbe* probe)
    {
        int count = FindWide(cache, vocabulary, task, probe);
        if (count == 0)
        {
            count = FindToken(vocabulary, new ReadOnlySpan<byte>(task->Piece, task->Length), task->Ids);
            if (count != 0)
            {
                task->Count = count;
                CacheEviction.KeepVocabularyEntry(cache, vocabulary, task, probe);
            }
        }

        return count;
    }

    private static int FindLong(
        PieceCache cache, FrozenVocabulary vocabulary, MergeTask* task, PieceProbe* probe)
    {
        var bytes = new ReadOnlySpan<byte>(task->Piece, task->Length);
        int count = cache.Log.Find(bytes, probe->Hash, task->Ids);
        return count != 0 ? count : FindToken(vocabulary, bytes, task->Ids);
    }

    private static int FindWide(
        PieceCache cache, FrozenVocabulary vocabulary, MergeTask* task, PieceProbe* probe)
    {
        int count = PieceCache.FindWide(probe->Place, (byte*)&probe->Bytes, task->Length, task->Ids);
        if (count != 0 || !probe->Place.MayHaveOverflowed)
        {
            return count;
        }

        count = cache.Log.Find(new ReadOnlySpan<byte>(task->Piece, task->Length), probe->Hash, task->Ids);
        if (count is > 0 and <= CacheLine.MaxWideIds && cache.ShouldEvict())
        {
            task->Count = count;
            CacheEviction.Keep(cache, vocabulary, task, probe);
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
    private static void Merge(BatchState state, FrozenVocabulary vocabulary, MergeTask* tasks, int opened)
    {
        MergeTask* openTasks = state.OpenTasks;
        for (int i = 0; i < opened; i++)
        {
            openTasks[i] = tasks[state.OpenMisses[i]];
        }

        LaneMerger.Merge(openTasks, opened, vocabulary.Merges, state.Lanes);
        for (int i = 0; i < opened; i++)
        {
            int piece = state.OpenMisses[i];
            tasks[piece].Count = openTasks[i].Count;
            CacheEviction.Keep(state.Cache, vocabulary, openTasks + i, state.Probes + piece);
        }
    }
}
