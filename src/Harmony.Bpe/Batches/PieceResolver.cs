using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Kernels;
using Harmony.Bpe.Merging;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Batches;

/// <summary>
/// A batch of pieces to ids, in passes over the batch rather than piece by piece: keys and hashes, whose
/// table entries are fetched meanwhile; a branch-free look-up; for the pieces that are no tokens the thread's
/// cache, then merging, several at a time; last, all ids in order. So the waiting of one piece is filled with
/// work on others.
/// </summary>
/// <remarks>The loops over a batch, here and beside, are compiled with all optimizations at once: a batch is
/// too much work for code that the runtime has still to find out to be hot.</remarks>
internal static unsafe class PieceResolver
{
    /// <summary>Finds the ids of a batch.</summary>
    /// <param name="state">Has the pieces' starts; receives the ids.</param>
    /// <param name="vocabulary">The tables.</param>
    /// <param name="utf8">The text; at least 16 bytes behind each piece's start must be its own.</param>
    /// <param name="count">How many pieces there are; those of more than 63 bytes are in the state's
    /// list.</param>
    /// <returns>How many ids there are.</returns>
    public static int Resolve(
        BatchState state, FrozenVocabulary vocabulary, ReadOnlySpan<byte> utf8, int count)
    {
        fixed (byte* text = utf8)
        {
            Locate(state, vocabulary.Pieces, text, count);
            int misses = LookUp(state, count);
            if (state.LongCount != 0)
            {
                misses = AddLongs(state, misses);
            }

            if (misses == 0)
            {
                CopyIds(state.PieceIds, state.Ids, count);
                return count;
            }

            UncommonPieces.Resolve(state, vocabulary, text, misses);
            return PutInOrder(state, count, misses);
        }
    }

    /// <summary>Finds each piece's short key and the one table entry that can be its own, which is fetched
    /// into the cache. The key of a longer piece has a length that no entry has, if it has less than 64
    /// bytes.</summary>
    // Safety: 16 bytes must be readable behind each piece's start; the probes have room for MaxPieces.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Locate(BatchState state, PieceTable pieces, byte* text, int count)
    {
        uint* starts = state.Starts;
        PieceProbe* probe = state.Probes;
        uint start = starts[0];
        for (PieceProbe* end = probe + count; probe < end; probe++)
        {
            uint next = *++starts;
            uint length = next - start;
            ulong low = KeyBytes.Keep(Unsafe.ReadUnaligned<ulong>(text + start), length);
            ulong high = KeyBytes.Keep(Unsafe.ReadUnaligned<ulong>(text + start + 8), KeyBytes.Above8(length))
                | (ulong)length << ShortPieceKey.LengthShift;
            byte* entry = pieces.EntryOf(low, high, out ulong hash);
            KeyBytes.Prefetch(entry);
            probe->Low = low;
            probe->High = high;
            probe->Hash = hash;
            probe->Entry = entry;
            start = next;
        }
    }

    /// <summary>Compares each key with its table entry, and lists the pieces that differ.</summary>
    // Safety: the arrays have room for MaxPieces and slack; entries point into the table.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int LookUp(BatchState state, int count)
    {
        PieceProbe* probe = state.Probes;
        uint* ids = state.PieceIds;
        uint* misses = state.Misses;
        nuint missed = 0;
        for (nint i = 0; i < count; i++, probe++)
        {
            byte* entry = probe->Entry;
            ulong high = Unsafe.ReadUnaligned<ulong>(entry + 8);
            ulong difference = Unsafe.ReadUnaligned<ulong>(entry) ^ probe->Low
                | (high ^ probe->High) & ~ShortPieceKey.IdMask;
            ids[i] = (uint)((high & ShortPieceKey.IdMask) >> ShortPieceKey.IdShift);
            misses[missed] = (uint)i;
            missed += difference != 0 ? 1u : 0u;
        }

        return (int)missed;
    }

    /// <summary>Adds the long pieces to the missed ones, in order. A short key does not hold their length, so
    /// that the look-up may have found anything.</summary>
    private static int AddLongs(BatchState state, int missed)
    {
        uint* misses = state.Misses;
        int total = missed;
        for (int i = state.LongCount - 1; i >= 0; i--)
        {
            uint piece = state.Longs[i];
            int at = new ReadOnlySpan<uint>(misses, total).BinarySearch(piece);
            if (at < 0)
            {
                at = ~at;
                new ReadOnlySpan<uint>(misses + at, total - at)
                    .CopyTo(new Span<uint>(misses + at + 1, total - at));
                misses[at] = piece;
                total++;
            }
        }

        return total;
    }

    /// <summary>Puts the ids of tokens and of the other pieces in order.</summary>
    // Safety: a batch has at most MaxIds ids, and each copy writes less than Slack behind those that count.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int PutInOrder(BatchState state, int count, int misses)
    {
        uint* missed = state.Misses;
        MergeTask* tasks = state.Tasks;
        uint* to = state.Ids;
        int from = 0;
        for (int m = 0; m < misses; m++)
        {
            var piece = (int)missed[m];
            CopyIds(state.PieceIds + from, to, piece - from);
            to += piece - from;
            from = piece + 1;
            CopyIds(tasks[m].Ids, to, tasks[m].Count);
            to += tasks[m].Count;
        }

        CopyIds(state.PieceIds + from, to, count - from);
        to += count - from;
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
