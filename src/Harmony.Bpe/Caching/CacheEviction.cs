using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Caching;

/// <summary>
/// Decides which pieces a <see cref="PieceCache"/> keeps, where, and which piece yields.
/// <code>
/// piece                        goes to the first of these                            if there is none
/// ---------------------------  ----------------------------------------------------  -----------------------
/// merged, at most 13 bytes     a free narrow entry of its home line, other line,     evict the home line's
/// and 3 ids                    neighbours; a vocabulary entry there, same order      oldest entry, try again
/// merged, at most 29 bytes     a wide entry in whichever of its four lines loses     evict the home line's
/// and 8 ids                    least, if that is no merged piece                     oldest entry, try again
/// merged, any other            the log, when it is merged for the second time        (the log has room)
/// token, at most 13 bytes      a free narrow entry of its home line; a vocabulary    every 16th time: evict;
///                              entry there                                           else it is not kept
/// token, 14 to 29 bytes        a wide entry, as for a merged piece                   every 16th time: evict;
///                                                                                    else it is not kept
/// found in the log, at most    stays; every 16th time, it is also kept like a
/// 29 bytes and 8 ids           merged piece
/// token, more than 29 bytes    nowhere
/// </code>
/// A vocabulary entry is a token: the vocabulary has it anyway, so it yields first, and is dropped. An
/// evicted merged piece goes to the log if it is longer than 6 bytes; a shorter one is merged again as fast
/// as the log finds it. In the log, what was written last overwrites what was written or found first.
/// </summary>
/// <remarks>Texts change, and lines must not stay full of what is no longer used. The evictions at every 16th
/// refusal let frequent pieces in soon and do little harm for rare ones. Marks are never taken back and such
/// evictions are slow, so every 64 MB of text a cache that refused more pieces than it has lines is
/// emptied.</remarks>
internal sealed unsafe class CacheEviction(PieceCache cache)
{
    /// <summary>Bytes of text between two checks whether the cache is too full.</summary>
    public const int BytesPerReset = 64 * 1024 * 1024;

    /// <summary>Refusals for each eviction in favour of a refused piece.</summary>
    public const int RefusalsPerEviction = 16;

    /// <summary>A piece of at most this many bytes is merged about as fast as it is found in the
    /// log.</summary>
    private const int QuicklyMerged = 6;

    private uint _refusals;
    private int _bytes;

    /// <summary>Keeps a piece that was merged.</summary>
    /// <param name="pieces">The vocabulary's tokens, by which evicted pieces are located.</param>
    /// <param name="probe">The piece's own probe.</param>
    /// <param name="piece">The piece.</param>
    /// <param name="ids">Its ids.</param>
    /// <param name="count">How many ids there are.</param>
    // Safety: the probe must be the piece's; count ids must be readable.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void KeepMerged(
        in PieceTable pieces, PieceProbe* probe, ReadOnlySpan<byte> piece, uint* ids, int count)
    {
        Debug.Assert(count > 0, $"A piece of {piece.Length} bytes has {count} ids, but must have at least 1.");
        if (piece.Length <= ShortVocabularyKey.MaxLength && count <= PackedIds.MaxCount)
        {
            if (PackedIds.CountOf(PieceCache.FindNarrow(probe->Location, probe->Key)) != 0)
            {
                // The same piece came twice in a batch.
                return;
            }

            ulong packed = PackedIds.Of(ids, count);
            while (!TryAddNarrow(probe->Location, probe->Key, packed))
            {
                Evict(pieces, probe->Location.Line);
            }
        }
        else if (piece.Length <= MediumVocabularyKey.MaxLength && count <= CacheLine.MaxWideIds)
        {
            while (!TryAddWide(probe->Location, (byte*)&probe->Bytes, piece.Length, ids, count))
            {
                Evict(pieces, probe->Location.Line);
            }
        }
        else
        {
            if (piece.Length <= MediumVocabularyKey.MaxLength)
            {
                probe->Location.MarkOverflowed();
            }

            cache.Log.AddAtSecondSight(piece, probe->Hash, ids, count);
        }
    }

    /// <summary>Keeps a token of at most 13 bytes, if its home line has room or it is its turn.</summary>
    // Safety: the probe must be the token's.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void KeepShortToken(in PieceTable pieces, byte* line, Vector128<byte> key, ulong packed)
    {
        if (!TryAddVocabularyEntry(line, key, packed) && ShouldEvict())
        {
            Evict(pieces, line);
            TryAddVocabularyEntry(line, key, packed);
        }
    }

    /// <summary>Keeps a token of 14 to 29 bytes, if its lines have room or it is its turn.</summary>
    // Safety: the probe must be the token's; its id must be readable.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void KeepMediumToken(in PieceTable pieces, PieceProbe* probe, int length, uint* id)
    {
        var bytes = (byte*)&probe->Bytes;
        if (!TryAddWide(probe->Location, bytes, length, id, 1) && ShouldEvict())
        {
            Evict(pieces, probe->Location.Line);
            TryAddWide(probe->Location, bytes, length, id, 1);
        }
    }

    /// <summary>Moves a piece that was found in the log into a line, if it is its turn.</summary>
    // Safety: as for KeepMerged.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void KeepFoundInLog(
        in PieceTable pieces, PieceProbe* probe, ReadOnlySpan<byte> piece, uint* ids, int count)
    {
        if (count <= CacheLine.MaxWideIds && ShouldEvict())
        {
            KeepMerged(pieces, probe, piece, ids, count);
        }
    }

    /// <summary>Counts a refusal: a piece that found no room in its lines.</summary>
    /// <returns>Whether the piece may evict a merged one, as every 16th refused piece may.</returns>
    public bool ShouldEvict() => ++_refusals % RefusalsPerEviction == 0;

    /// <summary>Counts text that was looked up, and empties a cache that is too full.</summary>
    public void CountBytesAndMaybeReset(int bytes)
    {
        _bytes += bytes;
        if (_bytes < BytesPerReset)
        {
            return;
        }

        if (_refusals > cache.Lines.Count)
        {
            cache.Clear();
        }

        Reset();
    }

    /// <summary>Starts to count from 0; the cache was emptied, or is not too full.</summary>
    public void Reset()
    {
        _refusals = 0;
        _bytes = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryAddNarrow(in CacheLocation location, Vector128<byte> key, ulong packed)
    {
        byte* line = location.Line;
        byte* entry = CacheLine.FreeEntry(line);
        if (entry == null)
        {
            byte* other = location.Other;
            entry = CacheLine.FreeEntry(other);
            entry = entry != null ? entry : CacheLine.FreeEntry(CacheLines.NeighbourOf(line));
            entry = entry != null ? entry : CacheLine.FreeEntry(CacheLines.NeighbourOf(other));
            entry = entry != null ? entry : CacheLine.VocabularyEntry(line);
            entry = entry != null ? entry : CacheLine.VocabularyEntry(other);
            entry = entry != null ? entry : CacheLine.VocabularyEntry(CacheLines.NeighbourOf(line));
            entry = entry != null ? entry : CacheLine.VocabularyEntry(CacheLines.NeighbourOf(other));
            if (entry == null)
            {
                return false;
            }

            // A needless mark, for an entry of the home line, does no harm.
            location.MarkOverflowed();
        }

        CacheLine.WriteNarrow(entry, key, packed);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryAddVocabularyEntry(byte* line, Vector128<byte> key, ulong packed)
    {
        byte* entry = CacheLine.FreeEntry(line);
        entry = entry != null ? entry : CacheLine.VocabularyEntry(line);
        if (entry == null)
        {
            return false;
        }

        if (PackedIds.CountOf(CacheLine.Find(line, key)) == 0)
        {
            CacheLine.WriteNarrow(entry, key, packed);
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryAddWide(in CacheLocation location, byte* key, int length, uint* ids, int count)
    {
        byte* line = location.Line;
        int cost = CacheLine.EvictionCost(line, length, count);
        if (cost != 0)
        {
            TakeCheaper(location.Other);
            TakeCheaper(CacheLines.NeighbourOf(location.Line));
            TakeCheaper(CacheLines.NeighbourOf(location.Other));
            if (cost > CacheLine.CostOfVocabularyEntries)
            {
                return false;
            }

            if (line != location.Line)
            {
                location.MarkOverflowed();
            }
        }

        CacheLine.WriteWide(line, key, length, ids, count);
        return true;

        void TakeCheaper(byte* other)
        {
            int otherCost = CacheLine.EvictionCost(other, length, count);
            if (otherCost < cost)
            {
                line = other;
                cost = otherCost;
            }
        }
    }

    /// <summary>Takes the oldest piece out of a line, and writes it to the log if it was slow to
    /// merge.</summary>
    // Safety: text and ids have the room that TakeOldest and Locate need.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Evict(in PieceTable pieces, byte* line)
    {
        byte* text = stackalloc byte[PieceProbe.ReadableLength];
        uint* ids = stackalloc uint[CacheLine.MaxWideIds];
        int count = CacheLine.TakeOldest(line, text, ids, out int length);
        if (count > 1 && length > QuicklyMerged)
        {
            PieceProbe probe = default;
            probe.Locate(cache.Lines, pieces, text, (uint)length);
            probe.Location.MarkOverflowed();
            cache.Log.Add(new ReadOnlySpan<byte>(text, length), probe.Hash, ids, count);
        }
    }
}
