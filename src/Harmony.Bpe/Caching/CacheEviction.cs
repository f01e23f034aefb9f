using System.Runtime.CompilerServices;
using Harmony.Bpe.Merging;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Caching;

/// <summary>
/// Puts pieces into the thread's cache. A merged piece that has to make room in a line is not lost, unless it
/// is tiny, but goes to the log, where it is found more slowly.
/// </summary>
internal static unsafe class CacheEviction
{
    /// <summary>A piece of so few bytes is merged about as fast as it is found in the log.</summary>
    private const int QuicklyMerged = 6;

    /// <summary>Keeps a piece that was merged.</summary>
    // Safety: the task's ids and the probe must be the piece's; the probe has 32 bytes of a piece that is not
    // long.
    public static void Keep(PieceCache cache, FrozenVocabulary vocabulary, MergeTask* task, PieceProbe* probe)
    {
        if (task->Length <= ShortVocabularyKey.MaxLength && task->Count <= PackedIds.MaxCount)
        {
            ulong packed = PackedIds.Of(task->Ids, task->Count);
            while (!PieceCache.TryAddNarrow(probe->Place, probe->Key, packed))
            {
                MakeRoom(cache, vocabulary, probe->Place.Line);
            }
        }
        else if (task->Length <= MediumVocabularyKey.MaxLength && task->Count <= CacheLine.MaxWideIds)
        {
            var bytes = (byte*)&probe->Bytes;
            while (!PieceCache.TryAddWide(probe->Place, bytes, task->Length, task->Ids, task->Count))
            {
                MakeRoom(cache, vocabulary, probe->Place.Line);
            }
        }
        else
        {
            if (task->Length <= MediumVocabularyKey.MaxLength)
            {
                probe->Place.Mark();
            }

            cache.Log.Add(
                new ReadOnlySpan<byte>(task->Piece, task->Length), probe->Hash, task->Ids, task->Count);
        }
    }

    /// <summary>Keeps a short token, if there is room for a guest or it is a guest's turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void KeepVocabularyEntry(PieceCache cache, FrozenVocabulary vocabulary, PieceProbe* probe, ulong packed)
    {
        byte* line = probe->Place.Line;
        if (!PieceCache.TryAddVocabularyEntry(line, probe->Key, packed) && cache.ShouldEvict())
        {
            MakeRoom(cache, vocabulary, line);
            PieceCache.TryAddVocabularyEntry(line, probe->Key, packed);
        }
    }

    /// <summary>Keeps a token of medium length in the same way.</summary>
    public static void KeepVocabularyEntry(PieceCache cache, FrozenVocabulary vocabulary, MergeTask* task, PieceProbe* probe)
    {
        var bytes = (byte*)&probe->Bytes;
        if (!PieceCache.TryAddWide(probe->Place, bytes, task->Length, task->Ids, task->Count)
            && cache.ShouldEvict())
        {
            MakeRoom(cache, vocabulary, probe->Place.Line);
            PieceCache.TryAddWide(probe->Place, bytes, task->Length, task->Ids, task->Count);
        }
    }

    /// <summary>Takes a piece out of a line. If it was long to merge, the log has it from now on.</summary>
    // Safety: text and ids have the room that a line's piece needs; the copy has the 32 bytes that are read.
    private static void MakeRoom(PieceCache cache, FrozenVocabulary vocabulary, byte* line)
    {
        byte* text = stackalloc byte[32];
        uint* ids = stackalloc uint[CacheLine.MaxWideIds];
        int count = CacheLine.TakeOldest(line, text, ids, out int length);
        if (count > 1 && length > QuicklyMerged)
        {
            PieceProbe probe = default;
            probe.Locate(cache.Lines, vocabulary.Pieces, text, (uint)length);
            probe.Place.Mark();
            cache.Log.Add(new ReadOnlySpan<byte>(text, length), probe.Hash, ids, count);
        }
    }
}
