using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Harmony.Bpe.Caching;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Tests.Caching;

/// <summary>What the cache gives back is what was put in for exactly these bytes, however full it
/// is.</summary>
public sealed unsafe class PieceCacheTests
{
    private const int Small = 64 * 1024;

    private static readonly PieceTable Tokens = FrozenVocabulary.Embedded.Pieces;

    [Fact]
    public void Find_AfterManyAdds_GivesTheRightIdsOrNone()
    {
        var cache = new PieceCache(Small);
        var random = new Random(3);
        int found = 0;
        uint* ids = stackalloc uint[512];
        for (int i = 0; i < 100_000; i++)
        {
            // Few different pieces, so that they come again; many more than fit.
            var content = new Random(random.Next(3000));
            var piece = new byte[1 + content.Next(40)];
            content.NextBytes(piece);
            int[] expected = IdsOf(piece);
            int count = Find(cache, piece, ids);
            if (count != 0)
            {
                found++;
                Assert.Equal(expected, new ReadOnlySpan<int>(ids, count));
            }
            else
            {
                Keep(cache, piece, expected);
            }
        }

        cache.Free();
        Assert.InRange(found, 10_000, 90_000);
    }

    [Fact]
    public void Find_WhatWasJustAdded_IsThere()
    {
        var cache = new PieceCache(Small);
        uint* ids = stackalloc uint[512];
        for (int length = 1; length < 100; length++)
        {
            var piece = new byte[length];
            new Random(length).NextBytes(piece);
            Keep(cache, piece, IdsOf(piece));

            // A long piece is only kept when it comes again.
            Keep(cache, piece, IdsOf(piece));

            Assert.Equal(IdsOf(piece), new ReadOnlySpan<int>(ids, Find(cache, piece, ids)));
        }

        cache.Clear();
        Assert.Equal(0, Find(cache, [1, 2, 3], ids));
        cache.Free();
    }

    [Fact]
    public void LogFind_BytesThatLookLikeARecord_AreNotTakenForOne()
    {
        // A piece whose bytes are a record of another piece, at every shift, and the log goes round many
        // times.
        const int Length = 4096;
        var memory = (byte*)NativeMemory.AllocZeroed(Length);
        var log = new PieceLog(memory, Length);
        log.Clear();
        uint* ids = stackalloc uint[512];
        ids[0] = 1;
        byte[] victim = [.. "victim piece of the log, long enough"u8];
        ulong hash = PieceTable.HashLong(victim, seed: 1);
        byte[] forged = [.. BitConverter.GetBytes((uint)hash), (byte)victim.Length, 0, 1, 0, .. victim, 7, 7, 7, 7];
        int found = 0;
        for (int i = 0; i < 5000; i++)
        {
            // Only at times the real one, so that its places grow old while forged bytes pass over them.
            if (i % 40 == 0)
            {
                log.Add(victim, hash, ids, 1);
            }

            byte[] piece = [.. new byte[i % 29], .. forged];
            log.Add(piece, PieceTable.HashLong(piece, seed: (ulong)i), ids, 1);
            // Now and then, since a piece that is found stays young.
            uint* copy = ids + 256;
            if (i % 20 == 19 && log.Find(victim, hash, copy) != 0)
            {
                found++;
                Assert.Equal(1u, copy[0]);
            }
        }

        Assert.InRange(found, 1, 249);
        NativeMemory.Free(memory);
    }

    [Fact]
    public void LogFind_PiecesThatAreUsedInTurn_StayIfTheyHaveRoom()
    {
        const int Length = 256 * 1024;
        var memory = (byte*)NativeMemory.AllocZeroed(Length);
        var log = new PieceLog(memory, Length);
        log.Clear();
        uint* ids = stackalloc uint[16];
        int missed = 0;
        for (int i = 0; i < 20_000; i++)
        {
            // Records of 44 bytes: four fifths of the room.
            byte[] piece = [.. BitConverter.GetBytes(i % 4000), .. new byte[28]];
            ulong hash = PieceTable.HashLong(piece, seed: 5);
            if (log.Find(piece, hash, ids) == 0)
            {
                missed++;
                log.Add(piece, hash, ids, 1);
            }
        }

        // All once, and a few whose buckets are full.
        Assert.InRange(missed, 4000, 4040);
        NativeMemory.Free(memory);
    }

    [Fact]
    public void Refresh_OnlyIfManyPiecesFoundNoRoom_EmptiesTheCache()
    {
        var cache = new PieceCache(Small);
        uint* ids = stackalloc uint[512];
        byte[] piece = [1, 2, 3];
        Keep(cache, piece, IdsOf(piece));

        cache.Eviction.CountBytesAndMaybeReset(CacheEviction.BytesPerReset);

        Assert.NotEqual(0, Find(cache, piece, ids));
        int turns = 0;
        for (int i = 0; i < 4096; i++)
        {
            turns += cache.Eviction.ShouldEvict() ? 1 : 0;
        }

        Assert.Equal(256, turns);
        cache.Eviction.CountBytesAndMaybeReset(CacheEviction.BytesPerReset - 1);
        Assert.NotEqual(0, Find(cache, piece, ids));
        cache.Eviction.CountBytesAndMaybeReset(1);
        Assert.Equal(0, Find(cache, piece, ids));
        cache.Free();
    }

    private static int[] IdsOf(byte[] piece)
    {
        var random = new Random(piece.Length * 7919 + piece[0]);
        var ids = new int[1 + random.Next(Math.Min(piece.Length, 12))];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = random.Next(200_000);
        }

        return ids;
    }

    /// <summary>Looks a piece up as a batch does.</summary>
    private static int Find(PieceCache cache, byte[] piece, uint* ids)
    {
        byte* padded = stackalloc byte[256];
        PieceProbe probe = ProbeOf(cache, piece, padded);
        int count = 0;
        if (piece.Length <= ShortVocabularyKey.MaxLength)
        {
            ulong packed = PieceCache.FindNarrow(probe.Location, probe.Key);
            PackedIds.CopyTo(packed, ids);
            count = (int)PackedIds.CountOf(packed);
        }

        if (count == 0 && piece.Length <= MediumVocabularyKey.MaxLength)
        {
            count = PieceCache.FindWide(probe.Location, (byte*)&probe.Bytes, piece.Length, ids);
        }

        return count != 0 ? count : cache.Log.Find(piece, probe.Hash, ids);
    }

    /// <summary>Keeps a piece as a batch does: one id is a token's.</summary>
    private static void Keep(PieceCache cache, byte[] piece, int[] ids)
    {
        uint* copy = stackalloc uint[16];
        ids.CopyTo(new Span<int>(copy, 16));
        byte* padded = stackalloc byte[256];
        PieceProbe probe = ProbeOf(cache, piece, padded);
        if (ids.Length > 1 || piece.Length > MediumVocabularyKey.MaxLength)
        {
            cache.Eviction.KeepMerged(Tokens, &probe, piece, copy, ids.Length);
        }
        else if (piece.Length > ShortVocabularyKey.MaxLength)
        {
            cache.Eviction.KeepMediumToken(Tokens, &probe, piece.Length, copy);
        }
        else
        {
            cache.Eviction.KeepShortToken(Tokens, probe.Location.Line, probe.Key, PackedIds.Of(copy[0]));
        }
    }

    private static PieceProbe ProbeOf(PieceCache cache, byte[] piece, byte* padded)
    {
        new Span<byte>(padded, 256).Clear();
        piece.CopyTo(new Span<byte>(padded, 256));
        PieceProbe probe = default;
        if (piece.Length <= MediumVocabularyKey.MaxLength)
        {
            probe.Locate(cache.Lines, Tokens, padded, (uint)piece.Length);
        }
        else
        {
            probe.Hash = PieceProbe.HashLong(piece);
        }

        return probe;
    }
}
