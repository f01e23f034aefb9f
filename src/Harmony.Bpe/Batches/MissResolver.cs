using System.Diagnostics;
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
/// Resolves the pieces that neither look found. In this order, each is looked for in all its lines of the
/// cache, in the cache's log and in the tables of longer tokens. What is found nowhere is merged. All but
/// long tokens are then kept in the cache.
/// </summary>
internal static unsafe class MissResolver
{
    /// <summary>Finds the ids of the missed pieces of a batch. Up to three ids of a piece are packed into
    /// <see cref="SplitBuffers"/>; more are listed in <see cref="IdBuffers"/>.</summary>
    /// <param name="state">Has the list of misses.</param>
    /// <param name="vocabulary">The tables.</param>
    /// <param name="text">The text of the batch.</param>
    /// <param name="misses">The number of misses.</param>
    /// <returns>How many pieces are listed with more than three ids.</returns>
    // Safety: ids are written one after another to OverflowStorage: at most one for each byte of the batch,
    // and less than Slack past them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Resolve(BatchState state, FrozenVocabulary vocabulary, byte* text, int misses)
    {
        uint* storage = state.Ids.OverflowStorage;
        int overflows = 0;
        for (int first = 0; first < misses; first += BatchLimits.MissGroup)
        {
            int count = Math.Min(misses - first, BatchLimits.MissGroup);
            uint* missed = state.Misses.MissedFrom(first);
            storage = ResolveGroup(state, vocabulary, text, missed, count, storage);
            overflows = PublishIds(state, missed, count, overflows);
        }

        Debug.Assert(
            storage - state.Ids.OverflowStorage <= BatchLimits.MaxIds,
            $"{storage - state.Ids.OverflowStorage} ids were stored, but there is room for {BatchLimits.MaxIds}.");
        return overflows;
    }

    /// <summary>Finds the ids of one piece that is too long for a batch: from the cache's log or the tables
    /// of tokens, or else by merging.</summary>
    /// <returns>The ids, valid until the state is used again; none if the piece is too long for the
    /// state.</returns>
    public static ReadOnlySpan<int> ResolveLong(
        BatchState state, FrozenVocabulary vocabulary, ReadOnlySpan<byte> piece)
    {
        if (piece.Length is <= MediumVocabularyKey.MaxLength or > BatchLimits.MaxText)
        {
            return [];
        }

        uint* ids = state.Ids.Ids;
        ulong hash = PieceProbe.HashLong(piece);
        int count = state.Cache.Log.Find(piece, hash, ids);
        if (count == 0)
        {
            count = FindToken(vocabulary, piece, ids);
            if (count == 0)
            {
                count = PieceMerger.Merge(
                    piece, vocabulary, new Span<int>(ids, piece.Length), CancellationToken.None);
            }

            state.Cache.Log.Add(piece, hash, ids, count);
        }

        return new ReadOnlySpan<int>(ids, count);
    }

    /// <summary>Finds the ids of a group of missed pieces. Those that are found packed are published at once,
    /// and their tasks have the count 0; the others are in their tasks.</summary>
    /// <returns>The first free place of the storage.</returns>
    // Safety: the missed pieces are the batch's; there are at most MissGroup.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static uint* ResolveGroup(
        BatchState state, FrozenVocabulary vocabulary, byte* text, uint* missed, int count, uint* storage)
    {
        PieceCache cache = state.Cache;

        // Copies, which stay in registers: writes through pointers would make the JIT read the fields again.
        MissBuffers misses = state.Misses;
        CacheLookup* lookups = state.Lookups.LookupsFrom(0);
        uint* starts = state.Split.StartsFrom(0);
        ulong* packedIds = state.Split.PackedIdsFrom(0);
        for (int miss = 0; miss < count; miss++)
        {
            MergeTask* task = misses.TaskOf(miss);
            uint start = starts[missed[miss]];
            task->Piece = text + start;
            task->Length = (int)(starts[missed[miss] + 1] - start);
            Locate(cache, lookups + missed[miss], task, misses.ProbeOf(miss));
        }

        MergeQueue queue = state.Queue;
        int queued = 0;
        int duplicates = 0;
        for (int miss = 0; miss < count; miss++)
        {
            MergeTask* task = misses.TaskOf(miss);
            PieceProbe* probe = misses.ProbeOf(miss);
            task->Count = 0;
            if (task->Length <= ShortVocabularyKey.MaxLength)
            {
                ulong packed = PieceCache.FindNarrow(probe->Location, probe->Key);
                if (PackedIds.CountOf(packed) != 0)
                {
                    packedIds[missed[miss]] = packed;
                    continue;
                }
            }

            task->Ids = storage;
            task->Count = Find(cache, vocabulary, task, probe);
            storage += task->Count;
            if (task->Count != 0)
            {
                continue;
            }

            int same = FindQueuedDuplicate(misses, queue, queued, miss);
            if (same >= 0)
            {
                queue.DuplicateAt(duplicates++) = new QueuedDuplicate(miss, same);
                continue;
            }

            if (task->Length <= MediumVocabularyKey.MaxLength)
            {
                probe->Location.PrefetchOthers();
            }

            *queue.HashesFrom(queued) = (uint)probe->Hash;
            queue.MissAt(queued++) = miss;
            storage += task->Length;
        }

        if (queued != 0)
        {
            MergeQueued(state, vocabulary, queued);
        }

        for (int i = 0; i < duplicates; i++)
        {
            QueuedDuplicate duplicate = queue.DuplicateAt(i);
            *misses.TaskOf(duplicate.Miss) = *misses.TaskOf(duplicate.Queued);
        }

        return storage;
    }

    /// <summary>Finds a queued miss with the same piece, among the last sixteen only. Without this, the cache
    /// would get a piece as often as it comes in the first batch that has it.</summary>
    /// <returns>The number of the queued miss, or −1.</returns>
    // Safety: a vector of hashes from any place below the queue's length can be read.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int FindQueuedDuplicate(
        in MissBuffers misses, in MergeQueue queue, int queued, int miss)
    {
        if (queued == 0)
        {
            return -1;
        }

        int first = Math.Max(queued - Vector512<uint>.Count, 0);
        ReadOnlySpan<byte> piece = PieceOf(misses.TaskOf(miss));
        Vector512<uint> same = Vector512.Equals(
            Vector512.Load(queue.HashesFrom(first)), Vector512.Create((uint)misses.ProbeOf(miss)->Hash));
        ulong bits = same.ExtractMostSignificantBits() & ((1UL << (queued - first)) - 1);
        for (; bits != 0; bits &= bits - 1)
        {
            int other = queue.MissAt(first + BitOperations.TrailingZeroCount(bits));
            if (PieceOf(misses.TaskOf(other)).SequenceEqual(piece))
            {
                return other;
            }
        }

        return -1;
    }

    /// <summary>Packs ids that are few, and lists those that are many.</summary>
    /// <returns>How many pieces are listed now.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int PublishIds(BatchState state, uint* missed, int count, int overflows)
    {
        MissBuffers misses = state.Misses;
        ulong* packedIds = state.Split.PackedIdsFrom(0);
        IdBuffers ids = state.Ids;
        for (int miss = 0; miss < count; miss++)
        {
            MergeTask* task = misses.TaskOf(miss);
            if (task->Count > PackedIds.MaxCount)
            {
                OverflowIds* overflow = ids.OverflowFrom(overflows++);
                overflow->Piece = missed[miss];
                overflow->Count = task->Count;
                overflow->Ids = task->Ids;
            }
            else if (task->Count != 0)
            {
                packedIds[missed[miss]] = PackedIds.Of(task->Ids, task->Count);
            }
        }

        return overflows;
    }

    /// <summary>Finds where a piece can be in the cache, and prefetches what is read next there: its home line
    /// was just read.</summary>
    // Safety: PieceProbe.ReadableLength bytes must be readable at the piece.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Locate(PieceCache cache, CacheLookup* lookup, MergeTask* task, PieceProbe* probe)
    {
        if (task->Length > MediumVocabularyKey.MaxLength)
        {
            probe->Hash = PieceProbe.HashLong(PieceOf(task));
            cache.Log.PrefetchBucket(probe->Hash);
            return;
        }

        probe->Locate(
            cache.Lines, task->Piece, (uint)task->Length, lookup->KeyLow, lookup->KeyHigh, lookup->Hash);
        if (probe->Location.MayHaveOverflowed)
        {
            Prefetch.Line(probe->Location.Other);
        }
    }

    /// <summary>Looks everywhere else, and writes the ids to the task's.</summary>
    /// <returns>The number of ids; 0 if the piece must be merged.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Find(PieceCache cache, FrozenVocabulary vocabulary, MergeTask* task, PieceProbe* probe)
    {
        int length = task->Length;
        return length > MediumVocabularyKey.MaxLength ? FindLong(cache, vocabulary, task, probe)
            : length > ShortVocabularyKey.MaxLength ? FindMedium(cache, vocabulary, task, probe)
            : FindWide(cache, vocabulary, task, probe);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int FindMedium(
        PieceCache cache, FrozenVocabulary vocabulary, MergeTask* task, PieceProbe* probe)
    {
        int count = FindWide(cache, vocabulary, task, probe);
        if (count == 0)
        {
            count = FindToken(vocabulary, PieceOf(task), task->Ids);
            if (count != 0)
            {
                cache.Eviction.KeepMediumToken(vocabulary.Pieces, probe, task->Length, task->Ids);
            }
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int FindLong(
        PieceCache cache, FrozenVocabulary vocabulary, MergeTask* task, PieceProbe* probe)
    {
        int count = cache.Log.Find(PieceOf(task), probe->Hash, task->Ids);
        return count != 0 ? count : FindToken(vocabulary, PieceOf(task), task->Ids);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int FindWide(
        PieceCache cache, FrozenVocabulary vocabulary, MergeTask* task, PieceProbe* probe)
    {
        int count = PieceCache.FindWide(probe->Location, (byte*)&probe->Bytes, task->Length, task->Ids);
        if (count != 0 || !probe->Location.MayHaveOverflowed)
        {
            return count;
        }

        count = cache.Log.Find(PieceOf(task), probe->Hash, task->Ids);
        if (count != 0)
        {
            cache.Eviction.KeepFoundInLog(vocabulary.Pieces, probe, PieceOf(task), task->Ids, count);
        }

        return count;
    }

    private static int FindToken(FrozenVocabulary vocabulary, ReadOnlySpan<byte> piece, uint* ids)
    {
        int id = vocabulary.Pieces.Find(piece);
        *ids = (uint)id;
        return id < 0 ? 0 : 1;
    }

    /// <summary>Merges the queued pieces and keeps them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MergeQueued(BatchState state, FrozenVocabulary vocabulary, int queued)
    {
        MergeQueue queue = state.Queue;
        for (int place = 0; place < queued; place++)
        {
            *queue.TaskAt(place) = *state.Misses.TaskOf(queue.MissAt(place));
        }

        LaneMerger.Merge(queue.TaskAt(0), queued, vocabulary.Merges, state.Lanes);
        for (int place = 0; place < queued; place++)
        {
            int miss = queue.MissAt(place);
            MergeTask* task = queue.TaskAt(place);
            state.Misses.TaskOf(miss)->Count = task->Count;
            state.Cache.Eviction.KeepMerged(
                vocabulary.Pieces, state.Misses.ProbeOf(miss), PieceOf(task), task->Ids, task->Count);
        }
    }

    private static ReadOnlySpan<byte> PieceOf(MergeTask* task) => new(task->Piece, task->Length);
}
