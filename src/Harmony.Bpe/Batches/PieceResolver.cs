using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Caching;
using Harmony.Bpe.Machine;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Batches;

/// <summary>
/// A batch of pieces to ids. Nearly all of them are short and in the first line of the thread's cache where
/// they can be: a loop without branches takes their ids, at most three, from there as one word.
/// <see cref="MissResolver"/> finds the others. Then all words are unpacked.
/// </summary>
/// <remarks>The loops over a batch, here and beside, are compiled with all optimizations at once: a batch is
/// too much work for code that the runtime has still to find out to be hot.</remarks>
internal static unsafe class PieceResolver
{
    /// <summary>Finds the ids of pieces of a batch.</summary>
    /// <param name="state">Has the pieces' starts, and room for the ids.</param>
    /// <param name="vocabulary">The tables.</param>
    /// <param name="utf8">The text; at least 16 bytes behind each piece's start must be its own.</param>
    /// <param name="first">The first of the pieces.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="countOnly">Whether it is enough that there are as many ids as there should be.</param>
    /// <returns>The ids, until the state is used again.</returns>
    public static ReadOnlySpan<int> Resolve(
        BatchState state,
        FrozenVocabulary vocabulary,
        ReadOnlySpan<byte> utf8,
        int first,
        int count,
        bool countOnly)
    {
        fixed (byte* text = utf8)
        {
            for (int done = 0; done < count; done += BatchState.LookupGroup)
            {
                int some = Math.Min(count - done, BatchState.LookupGroup);
                Locate(state, text, first + done, some);
                LookUp(state, first + done, some, new CacheLine.KeyMasks());
            }

            int misses = IdUnpacker.ListEmpty(state.Words, first, count, state.Misses);
            int many = misses == 0 ? 0 : MissResolver.Resolve(state, vocabulary, text, misses);
            state.Cache.CountBytesAndMaybeReset((int)(state.Starts[first + count] - state.Starts[first]));
            int ids = countOnly ? CountIds(state, first, count, many) : PutInOrder(state, first, count, many);
            return new ReadOnlySpan<int>(state.Ids, ids);
        }
    }

    /// <summary>Finds the keys of some pieces and their first lines of the cache, which are asked
    /// for.</summary>
    // Safety: 16 bytes must be readable behind each piece's start; the keys have room for LookupGroup.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Locate(BatchState state, byte* text, int first, int count)
    {
        CacheLines lines = state.Cache.Lines;
        byte* masks = CacheKey.Masks;
        uint* starts = state.Starts + first;
        CacheLookup* key = state.Keys;
        uint start = starts[0];
        for (CacheLookup* end = key + count; key < end; key++)
        {
            uint next = *++starts;
            Vector128<byte> bytes = CacheKey.Of(text + start, next - start, masks);
            byte* line = lines.LineOf(CacheKey.Hash(bytes));
            Prefetch.Line(line);
            key->Key = bytes;
            key->Line = line;
            start = next;
        }
    }

    /// <summary>Looks each of these pieces up in its first line of the cache.</summary>
    // Safety: the words have room for MaxPieces; lines are the cache's.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void LookUp(BatchState state, int first, int count, CacheLine.KeyMasks masks)
    {
        ulong* word = state.Words + first;
        CacheLookup* key = state.Keys;
        for (CacheLookup* end = key + count; key < end; key++, word++)
        {
            *word = CacheLine.Find(key->Line, key->Key, masks);
        }
    }

    /// <summary>Unpacks the pieces' words, and copies the ids of those that have more between them.</summary>
    // Safety: a batch has at most MaxIds ids, and what is written behind those that count is less than Slack.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int PutInOrder(BatchState state, int first, int count, int many)
    {
        uint* ids = state.Ids;
        ulong* word = state.Words + first;
        ulong* end = word + count;
        for (OverflowIds* piece = state.OverflowIds; ; piece++, many--)
        {
            ulong* next = many == 0 ? end : state.Words + piece->Piece;
            ids = IdUnpacker.Unpack(word, (int)(next - word), ids);
            if (many == 0)
            {
                return (int)(ids - state.Ids);
            }

            CopyIds(piece->Ids, ids, piece->Count);
            ids += piece->Count;
            word = next + 1;
        }
    }

    private static int CountIds(BatchState state, int first, int count, int many)
    {
        int ids = IdUnpacker.Count(state.Words + first, count);
        for (int i = 0; i < many; i++)
        {
            ids += state.OverflowIds[i].Count;
        }

        return ids;
    }

    /// <summary>Copies ids, up to a register's worth more than asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyIds(uint* from, uint* to, int count)
    {
        for (int i = 0; i < count; i += Vector256<uint>.Count)
        {
            Vector256.Store(Vector256.Load(from + i), to + i);
        }
    }
}
