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
/// <see cref="SecondLook"/> finds most others, <see cref="MissResolver"/> resolves the rest. Then the
/// packed ids are unpacked.
/// </summary>
/// <remarks>The loops over a batch and what they call, here, in the classes beside and in the cache, are
/// fully optimized at their first call: one batch is too much work for code that the runtime must first
/// find to be hot.</remarks>
internal static unsafe class PieceResolver
{
    /// <summary>Finds the ids of a batch.</summary>
    /// <param name="state">Has the starts of the pieces, and room for the ids.</param>
    /// <param name="vocabulary">The tables.</param>
    /// <param name="utf8">The text. Past the start of each piece it must have at least
    /// <see cref="PieceProbe.ReadableLength"/> bytes.</param>
    /// <param name="count">The number of pieces.</param>
    /// <param name="countsOnly">If true, only the number of ids matters; their values are
    /// unspecified.</param>
    /// <param name="overflows">How many pieces have more than three ids, for <see cref="CountIds"/>.</param>
    /// <returns>The ids, valid until the state is used again.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ReadOnlySpan<int> Resolve(
        BatchState state,
        FrozenVocabulary vocabulary,
        ReadOnlySpan<byte> utf8,
        int count,
        bool countsOnly,
        out int overflows)
    {
        AssertReadable(state, utf8, count);
        fixed (byte* text = utf8)
        {
            int misses = LookUp(state, vocabulary.Pieces, text, count);
            overflows = misses == 0 ? 0 : MissResolver.Resolve(state, vocabulary, text, misses);
            state.Cache.Eviction.CountBytesAndMaybeReset(state.Split.StartOf(count) - state.Split.StartOf(0));
            int ids = countsOnly
                ? CountIds(state, 0, count, overflows)
                : PutInOrder(state, count, overflows);
            return new ReadOnlySpan<int>(state.Ids.Ids, ids);
        }
    }

    /// <summary>The number of ids that some pieces of a resolved batch have.</summary>
    public static int CountIds(BatchState state, int first, int count, int overflows)
    {
        int ids = IdUnpacker.Count(state.Split.PackedIdsFrom(first), count);
        OverflowIds* overflow = state.Ids.OverflowFrom(0);
        for (OverflowIds* end = overflow + overflows; overflow < end; overflow++)
        {
            ids += overflow->Piece - (uint)first < (uint)count ? overflow->Count : 0;
        }

        return ids;
    }

    /// <summary>Looks the pieces up, in groups of about the same size. Between the two halves of a group's
    /// second look, the next group is located, so that what each prefetches has time to come.</summary>
    /// <returns>How many pieces are listed as missed.</returns>
    private static int LookUp(BatchState state, in PieceTable pieces, byte* text, int count)
    {
        int groups = (count + BatchLimits.LookupGroup - 1) / BatchLimits.LookupGroup;
        int size = (count + groups - 1) / groups;
        int misses = 0;
        Locate(state, text, 0, size);
        for (int first = 0; first < count; first += size)
        {
            int next = Math.Min(first + size, count);
            LookUp(state, first, next - first, new LineMasks());
            int empty = IdUnpacker.ListEmpty(
                state.Split.PackedIdsFrom(first), first, next - first, state.Misses.MissedFrom(misses));
            SecondLook.Locate(state, pieces, text, misses, empty);
            Locate(state, text, next, Math.Min(size, count - next));
            misses = SecondLook.Resolve(state, pieces, text, misses, empty);
        }

        return misses;
    }

    /// <summary>Makes the keys of some pieces, and prefetches their home lines of the cache.</summary>
    // Safety: CacheKey.ReadableLength bytes must be readable at each piece.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Locate(BatchState state, byte* text, int first, int count)
    {
        CacheLines lines = state.Cache.Lines;
        byte* masks = CacheKey.Masks;
        uint* starts = state.Split.StartsFrom(first);
        CacheLookup* lookup = state.Lookups.LookupsFrom(first);
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

    /// <summary>Looks some pieces up in their home lines.</summary>
    // Safety: the pieces were located; lines are the cache's.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void LookUp(BatchState state, int first, int count, LineMasks masks)
    {
        ulong* packed = state.Split.PackedIdsFrom(first);
        CacheLookup* lookup = state.Lookups.LookupsFrom(first);
        for (CacheLookup* end = lookup + count; lookup < end; lookup++, packed++)
        {
            *packed = CacheLine.Find(lookup->Line, lookup->Key, masks);
        }
    }

    /// <summary>Unpacks the packed ids, and copies the ids of pieces with more between them.</summary>
    /// <returns>The number of ids.</returns>
    // Safety: a batch has at most MaxIds ids, and less than Slack is written past the last one.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int PutInOrder(BatchState state, int count, int overflows)
    {
        uint* ids = state.Ids.Ids;
        ulong* ofPieces = state.Split.PackedIdsFrom(0);
        ulong* packed = ofPieces;
        ulong* end = packed + count;
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
    private static void AssertReadable(BatchState state, ReadOnlySpan<byte> utf8, int count)
    {
        Debug.Assert(count > 0, $"The batch has {count} pieces, but must have at least 1.");
        int last = state.Split.StartOf(count - 1);
        Debug.Assert(
            utf8.Length - last >= PieceProbe.ReadableLength,
            $"Past the start of the last piece the text has {utf8.Length - last} bytes, "
            + $"but must have at least {PieceProbe.ReadableLength}.");
    }

    [Conditional("DEBUG")]
    private static void AssertFits(long ids) => Debug.Assert(
        ids <= BatchLimits.MaxIds, $"The batch has {ids} ids, but must have at most {BatchLimits.MaxIds}.");
}
