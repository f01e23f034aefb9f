using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Kernels;
using Harmony.Bpe.Memory;
using Harmony.Bpe.Merging;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Batches;

/// <summary>
/// A batch of pieces to ids. Nearly all of them are short and in the first line of the thread's cache where
/// they can be: a loop without branches writes their ids and lists the others, which
/// <see cref="UncommonPieces"/> finds. Then, if there were others, all ids are put in order.
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
    /// <returns>The ids, until the state is used again.</returns>
    public static ReadOnlySpan<int> Resolve(
        BatchState state, FrozenVocabulary vocabulary, ReadOnlySpan<byte> utf8, int first, int count)
    {
        uint found = 0;
        uint misses = 0;
        fixed (byte* text = utf8)
        {
            for (int done = 0; done < count; done += BatchState.MaxKeys)
            {
                int some = Math.Min(count - done, BatchState.MaxKeys);
                Locate(state, text, first + done, some);
                LookUp(state, first + done, some, ref found, ref misses);
            }

            if (misses == 0)
            {
                return new ReadOnlySpan<int>(state.FoundIds, (int)found);
            }

            UncommonPieces.Resolve(state, vocabulary, text, (int)misses);
            return new ReadOnlySpan<int>(state.Ids, PutInOrder(state, (int)found, (int)misses));
        }
    }

    /// <summary>Finds the keys of some pieces and their first lines of the cache, which are asked
    /// for.</summary>
    // Safety: 16 bytes must be readable behind each piece's start; the keys have room for MaxKeys.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Locate(BatchState state, byte* text, int first, int count)
    {
        PieceLines lines = state.Cache.Lines;
        byte* masks = ShortKey.Masks;
        uint* starts = state.Starts + first;
        PieceKey* key = state.Keys;
        uint start = starts[0];
        for (PieceKey* end = key + count; key < end; key++)
        {
            uint next = *++starts;
            Vector128<byte> bytes = ShortKey.Of(text + start, next - start, masks);
            byte* line = lines.LineOf(ShortKey.Hash(bytes));
            Hints.Prefetch(line);
            key->Key = bytes;
            key->Line = line;
            start = next;
        }
    }

    /// <summary>Looks each of these pieces up in its first line of the cache, writes the ids of those that
    /// are there, and lists those that are not.</summary>
    // Safety: the arrays have room for MaxPieces and their ids, and for slack behind; lines are the cache's.
    // Where nothing matches, what is behind the line is read, and doesn't count.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void LookUp(BatchState state, int first, int count, ref uint found, ref uint misses)
    {
        PieceKey* key = state.Keys;
        uint* ids = state.FoundIds;
        MissedPiece* missed = state.Misses + misses;
        nuint written = found;
        uint end = (uint)(first + count);
        for (var i = (uint)first; i < end; i++, key++)
        {
            ulong match = CacheLine.Match(key->Line, key->Key);
            nuint idCount = CacheLine.CopyNarrowIds(
                key->Line + BitMoves.LowestBit(match), ids + written);
            *missed = new MissedPiece(i, written);

            // 1 only of 0, since the last bit is never a match's.
            var miss = (nuint)((match - 1) >> 63);
            missed += miss;
            written += idCount & (miss - 1);
        }

        found = (uint)written;
        misses = (uint)(missed - state.Misses);
    }

    /// <summary>Puts the ids that were found at once and those of the other pieces in order.</summary>
    // Safety: a batch has at most MaxIds ids, and each copy writes less than Slack behind those that count.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int PutInOrder(BatchState state, int found, int misses)
    {
        MissedPiece* missed = state.Misses;
        MergeTask* tasks = state.Tasks;
        uint* to = state.Ids;
        int from = 0;
        for (int m = 0; m < misses; m++)
        {
            int place = missed[m].IdsBefore;
            CopyIds(state.FoundIds + from, to, place - from);
            to += place - from;
            from = place;
            CopyIds(tasks[m].Ids, to, tasks[m].Count);
            to += tasks[m].Count;
        }

        CopyIds(state.FoundIds + from, to, found - from);
        to += found - from;
        return (int)(to - state.Ids);
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
