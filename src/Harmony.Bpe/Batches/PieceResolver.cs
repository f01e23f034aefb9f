using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Caching;
using Harmony.Bpe.Machine;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Batches;

/// <summary>
/// Turns the pieces of a batch into ids. Nearly all pieces are short and in their home line of the cache,
/// which a loop without branches looks up: it takes the ids, at most three, as one <see cref="PackedIds"/>.
/// <see cref="MissResolver"/> resolves the others. Then the packed ids are unpacked.
/// </summary>
/// <remarks>The loops over a batch, here and in the classes beside, are fully optimized at their first call:
/// one batch is too much work for code that the runtime must first find to be hot.</remarks>
internal static unsafe class PieceResolver
{
    /// <summary>Finds the ids of some pieces of a batch.</summary>
    /// <param name="state">Has the starts of the pieces, and room for the ids.</param>
    /// <param name="vocabulary">The tables.</param>
    /// <param name="utf8">The text. Past the start of each piece it must have at least
    /// <see cref="PieceProbe.ReadableLength"/> bytes.</param>
    /// <param name="first">The number of the first piece.</param>
    /// <param name="count">The number of pieces.</param>
    /// <param name="countsOnly">If true, only the number of ids matters; their values are
    /// unspecified.</param>
    /// <returns>The ids, valid until the state is used again.</returns>
    public static ReadOnlySpan<int> Resolve(
        BatchState state,
        FrozenVocabulary vocabulary,
        ReadOnlySpan<byte> utf8,
        int first,
        int count,
        bool countsOnly)
    {
        AssertReadable(state, utf8, first, count);
        fixed (byte* text = utf8)
        {
            for (int done = 0; done < count; done += BatchLimits.LookupGroup)
            {
                int group = Math.Min(count - done, BatchLimits.LookupGroup);
                Locate(state, text, first + done, group);
                LookUp(state, first + done, group, new LineMasks());
            }

            int misses = IdUnpacker.ListEmpty(
                state.Split.PackedIdsFrom(first), first, count, state.Misses.MissedFrom(0));
            int overflows = misses == 0 ? 0 : MissResolver.Resolve(state, vocabulary, text, misses);
            state.Cache.Eviction.CountBytesAndMaybeReset(
                state.Split.StartOf(first + count) - state.Split.StartOf(first));
            int ids = countsOnly
                ? CountIds(state, first, count, overflows)
                : PutInOrder(state, first, count, overflows);
            return new ReadOnlySpan<int>(state.Ids.Ids, ids);
        }
    }

    /// <summary>Makes the keys of a group of pieces, and prefetches their home lines of the cache.</summary>
    // Safety: CacheKey.ReadableLength bytes must be readable at each piece; there are at most LookupGroup
    // pieces.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Locate(BatchState state, byte* text, int first, int count)
    {
        AssertGroup(count);
        CacheLines lines = state.Cache.Lines;
        byte* masks = CacheKey.Masks;
        uint* starts = state.Split.StartsFrom(first);
        CacheLookup* lookup = state.Lookups.Lookups;
        uint start = starts[0];
        for (CacheLookup* end = lookup + count; lookup < end; lookup++)
        {
            uint next = *++starts;
            ulong low = CacheKey.Low(text + start, next - start, masks);
            ulong high = CacheKey.High(text + start, next - start, masks);
            byte* line = lines.LineOf(CacheKey.Hash(low, high));
            Prefetch.Line(line);
            lookup->KeyLow = low;
            lookup->KeyHigh = high;
            lookup->Line = line;
            start = next;
        }
    }

    /// <summary>Looks a group of pieces up in their home lines.</summary>
    // Safety: there are at most LookupGroup pieces; lines are the cache's.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void LookUp(BatchState state, int first, int count, LineMasks masks)
    {
        AssertGroup(count);
        ulong* packed = state.Split.PackedIdsFrom(first);
        CacheLookup* lookup = state.Lookups.Lookups;
        for (CacheLookup* end = lookup + count; lookup < end; lookup++, packed++)
        {
            *packed = CacheLine.Find(lookup->Line, lookup->Key, masks);
        }
    }

    /// <summary>Unpacks the packed ids, and copies the ids of pieces with more between them.</summary>
    /// <returns>The number of ids.</returns>
    // Safety: a batch has at most MaxIds ids, and less than Slack is written past the last one.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int PutInOrder(BatchState state, int first, int count, int overflows)
    {
        uint* ids = state.Ids.Ids;
        ulong* packed = state.Split.PackedIdsFrom(first);
        ulong* end = packed + count;
        ulong* ofPieces = state.Split.PackedIdsFrom(0);
        for (OverflowIds* overflow = state.Ids.OverflowFrom(0); ; overflow++, overflows--)
        {
            ulong* next = overflows == 0 ? end : ofPieces + overflow->Piece;
            ids = IdUnpacker.Unpack(packed, (int)(next - packed), ids);
            if (overflows == 0)
            {
                AssertFits(ids - state.Ids.Ids);
                return (int)(ids - state.Ids.Ids);
            }

            AssertFits(ids - state.Ids.Ids + overflow->Count);
            CopyIds(overflow->Ids, ids, overflow->Count);
            ids += overflow->Count;
            packed = next + 1;
        }
    }

    private static int CountIds(BatchState state, int first, int count, int overflows)
    {
        int ids = IdUnpacker.Count(state.Split.PackedIdsFrom(first), count);
        OverflowIds* overflow = state.Ids.OverflowFrom(0);
        for (int i = 0; i < overflows; i++)
        {
            ids += overflow[i].Count;
        }

        return ids;
    }

    /// <summary>Copies ids. Up to seven more than the count are read and written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyIds(uint* from, uint* to, int count)
    {
        for (int i = 0; i < count; i += Vector256<uint>.Count)
        {
            Vector256.Store(Vector256.Load(from + i), to + i);
        }
    }

    [Conditional("DEBUG")]
    private static void AssertReadable(BatchState state, ReadOnlySpan<byte> utf8, int first, int count)
    {
        int last = state.Split.StartOf(first + count - 1);
        Debug.Assert(
            utf8.Length - last >= PieceProbe.ReadableLength,
            $"Past the start of the last piece the text has {utf8.Length - last} bytes, "
            + $"but must have at least {PieceProbe.ReadableLength}.");
    }

    [Conditional("DEBUG")]
    private static void AssertGroup(int count) => Debug.Assert(
        count is > 0 and <= BatchLimits.LookupGroup,
        $"The group has {count} pieces, but must have 1 to {BatchLimits.LookupGroup}.");

    [Conditional("DEBUG")]
    private static void AssertFits(long ids) => Debug.Assert(
        ids <= BatchLimits.MaxIds, $"The batch has {ids} ids, but must have at most {BatchLimits.MaxIds}.");
}
