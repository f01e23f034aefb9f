using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Caching;
using Harmony.Bpe.Machine;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Batches;

/// <summary>
/// Looks again for pieces that were not where <see cref="PieceResolver"/> looked. Those of at most 13 bytes
/// are looked for in the vocabulary's table of short tokens: that finds most of what a thread sees for the
/// first time. Those of 14 to 29 bytes are looked for in their home line of the cache, which is another
/// one: its hash takes all their bytes. What is not found here is left to <see cref="MissResolver"/>, which
/// does more for each piece.
/// </summary>
internal static unsafe class SecondLook
{
    /// <summary>Finds where each piece can be, and prefetches that.</summary>
    /// <param name="state">Has the look-ups, and the pieces that were not found, listed as missed.</param>
    /// <param name="pieces">The vocabulary's tokens.</param>
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
                byte* entry = pieces.EntryOf(CacheKey.ToVocabularyKey(lookup->KeyLow, lookup->KeyHigh), out _);
                Prefetch.Line(entry);
                lookup->Entry = entry;
                continue;
            }

            byte* piece = text + starts[*missed];
            byte* line = null;
            if (length <= MediumVocabularyKey.MaxLength)
            {
                Vector256<byte> bytes = CacheKey.Pad(piece, length, CacheKey.Masks);
                line = lines.LineOf(PieceProbe.HashMedium(bytes.AsUInt64()));
                Prefetch.Line(line);
            }

            lookup->Entry = null;
            lookup->Line = line;
        }
    }

    /// <summary>Publishes the ids of the pieces that are there. Tokens of at most 13 bytes are kept in the
    /// cache.</summary>
    /// <param name="state">As for <see cref="Locate"/>, which must have been called with the same misses.
    /// Afterwards only what was not found is listed.</param>
    /// <param name="pieces">The vocabulary's tokens.</param>
    /// <param name="text">The text of the batch.</param>
    /// <param name="first">The first of the misses to look for.</param>
    /// <param name="count">How many these are.</param>
    /// <returns>How many misses are listed now.</returns>
    // Safety: as above. The list is written from its first element on, never past the one that was read.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static int Resolve(BatchState state, in PieceTable pieces, byte* text, int first, int count)
    {
        CacheLookup* lookups = state.Lookups.LookupsFrom(0);
        uint* starts = state.Split.StartsFrom(0);
        ulong* packedIds = state.Split.PackedIdsFrom(0);
        uint* missed = state.Misses.MissedFrom(first);
        uint* rest = missed;
        for (uint* end = missed + count; missed < end; missed++)
        {
            uint piece = *missed;
            CacheLookup* lookup = lookups + piece;
            ulong packed = 0;
            if (lookup->Entry != null)
            {
                int id = PieceTable.IdIn(lookup->Entry, CacheKey.ToVocabularyKey(lookup->KeyLow, lookup->KeyHigh));
                if (id >= 0)
                {
                    packed = PackedIds.Of((uint)id);
                    state.Cache.Eviction.KeepShortToken(pieces, lookup->Line, lookup->Key, packed);
                }
            }
            else if (lookup->Line != null)
            {
                packed = CacheLine.FindWide(
                    lookup->Line, text + starts[piece], CacheKey.LengthOf(lookup->KeyHigh));
            }

            if (packed == 0)
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
}
