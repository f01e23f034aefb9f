using System.Runtime.CompilerServices;
using Harmony.Bpe.Caching;
using Harmony.Bpe.Machine;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Batches;

/// <summary>
/// Looks again for pieces that were not where <see cref="PieceResolver"/> looked. Those of at most 13 bytes
/// are looked for in the vocabulary's table of short tokens and common pieces: that finds most of what a
/// thread sees for the first time. Those of 14 to 29 bytes are looked for in their home line of the cache,
/// which is another one: its hash takes all their bytes. What is not found here is left to
/// <see cref="MissResolver"/>, which does more for each piece.
/// </summary>
internal static unsafe class SecondLook
{
    /// <summary>Finds where each piece can be, and prefetches that.</summary>
    /// <param name="state">Has the look-ups, and the pieces that were not found, listed as missed.</param>
    /// <param name="pieces">The vocabulary's tokens and common pieces.</param>
    /// <param name="text">The text of the batch.</param>
    /// <param name="first">The first of the misses to look for.</param>
    /// <param name="count">How many these are.</param>
    // Safety: PieceProbe.ReadableLength bytes must be readable at each piece.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Locate(BatchState state, in PieceTable pieces, byte* text, int first, int count)
    {
        CacheLines lines = state.Cache.Lines;
        CacheLookup* lookups = state.Lookups.LookupsFrom(0);
        uint* starts = state.Split.StartsFrom(0);
        uint* missed = state.Misses.MissedFrom(first);
        for (uint* end = missed + count; missed < end; missed++)
        {
            CacheLookup* lookup = lookups + *missed;
            uint length = CacheKey.LengthOf(lookup->KeyHigh);
            if (length <= ShortVocabularyKey.MaxLength)
            {
                lookup->Hash = pieces.HashOf(CacheKey.ToVocabularyKey(lookup->KeyLow, lookup->KeyHigh));
                Prefetch.Line(pieces.EntryOf(lookup->Hash));
            }
            else if (length <= MediumVocabularyKey.MaxLength)
            {
                lookup->Hash = PieceProbe.HashMedium(text + starts[*missed], length);
                Prefetch.Line(lines.LineOf(lookup->Hash));
            }
        }
    }

    /// <summary>Publishes the ids of the pieces that are there. What the vocabulary has is kept in the
    /// cache.</summary>
    /// <param name="state">As for <see cref="Locate"/>, which must have been called with the same misses.
    /// Afterwards only what was not found is listed.</param>
    /// <param name="pieces">The vocabulary's tokens and common pieces.</param>
    /// <param name="text">The text of the batch.</param>
    /// <param name="first">The first of the misses to look for.</param>
    /// <param name="count">How many these are.</param>
    /// <returns>How many misses are listed now.</returns>
    // Safety: as above. The list is written from its first element on, never past the one that was read.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static int Resolve(BatchState state, in PieceTable pieces, byte* text, int first, int count)
    {
        CacheLines lines = state.Cache.Lines;
        CacheLookup* lookups = state.Lookups.LookupsFrom(0);
        uint* starts = state.Split.StartsFrom(0);
        ulong* packedIds = state.Split.PackedIdsFrom(0);
        uint* missed = state.Misses.MissedFrom(first);
        uint* rest = missed;
        for (uint* end = missed + count; missed < end; missed++)
        {
            uint piece = *missed;
            CacheLookup* lookup = lookups + piece;
            uint length = CacheKey.LengthOf(lookup->KeyHigh);
            ulong packed = 0;
            if (length <= ShortVocabularyKey.MaxLength)
            {
                packed = FindShort(pieces, lookup);
                if (PackedIds.CountOf(packed) != 0)
                {
                    state.Cache.Eviction.KeepShortToken(pieces, lookup->Line, lookup->Key, packed);
                }
            }
            else if (length <= MediumVocabularyKey.MaxLength)
            {
                packed = CacheLine.FindWide(lines.LineOf(lookup->Hash), text + starts[piece], length);
            }

            if (PackedIds.CountOf(packed) == 0)
            {
                *rest++ = piece;
            }
            else
            {
                packedIds[piece] = packed;
            }
        }

        return (int)(rest - state.Misses.MissedFrom(0));
    }

    /// <summary>Finds a token, as most are, or else a common piece.</summary>
    /// <returns>The <see cref="PackedIds"/>; none if the table does not have the piece.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong FindShort(in PieceTable pieces, CacheLookup* lookup)
    {
        byte* entry = pieces.EntryOf(lookup->Hash);
        ShortVocabularyKey key = CacheKey.ToVocabularyKey(lookup->KeyLow, lookup->KeyHigh);
        int id = PieceTable.IdIn(entry, key);
        return id >= 0
            ? PackedIds.Of((uint)id)
            : PackedIds.OfJoined(ShortEntry.Read(entry, key, out ulong ids), ids);
    }
}
