using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Memory;
using Harmony.Bpe.Merging;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Kernels;

/// <summary>
/// A batch of pieces to ids, in passes over the batch rather than piece by piece: keys and hashes, whose table
/// entries are fetched meanwhile; a branch-free look-up; for the pieces that are no tokens the thread's cache, then
/// merging, several at a time; last, all ids in order. So the waiting of one piece is filled with work on others.
/// </summary>
internal static unsafe class PieceResolver
{
    /// <summary>Finds the ids of a batch.</summary>
    /// <param name="state">Has the pieces' starts; receives the ids.</param>
    /// <param name="vocabulary">The tables.</param>
    /// <param name="utf8">The text; at least 16 bytes behind each piece's start must be its own.</param>
    /// <param name="count">How many pieces there are; those of more than 63 bytes are in the state's list.</param>
    /// <returns>How many ids there are.</returns>
    public static int Resolve(EncoderState state, FrozenVocabulary vocabulary, ReadOnlySpan<byte> utf8, int count)
    {
        fixed (byte* text = utf8)
        {
            vocabulary.Pieces.Locate(text, state, count);
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

    /// <summary>Compares each key with its table entry, and lists the pieces that differ.</summary>
    // Safety: the arrays have room for MaxPieces and slack; entries point into the table.
    private static int LookUp(EncoderState state, int count)
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

    /// <summary>Adds the long pieces to the missed ones, in order. A short key does not hold their length, so that the
    /// look-up may have found anything.</summary>
    private static int AddLongs(EncoderState state, int missed)
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
                new ReadOnlySpan<uint>(misses + at, total - at).CopyTo(new Span<uint>(misses + at + 1, total - at));
                misses[at] = piece;
                total++;
            }
        }

        return total;
    }

    /// <summary>Puts the ids of tokens and of the other pieces in order.</summary>
    // Safety: a batch has at most MaxIds ids, and each copy writes less than Slack behind those that count.
    private static int PutInOrder(EncoderState state, int count, int misses)
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
