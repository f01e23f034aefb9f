using System.Runtime.Intrinsics;
using Harmony.Bpe.Caching;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Tests.Caching;

/// <summary>Who is kept, who yields and to where, as the table in <see cref="CacheEviction"/> says. All pieces of a
/// test have the same lines.</summary>
public sealed unsafe class CacheEvictionTests : IDisposable
{
    /// <summary>Narrow entries in the four lines of a piece.</summary>
    private const int NarrowEntries = 12;

    private static readonly PieceTable Tokens = FrozenVocabulary.Embedded.Pieces;

    private readonly PieceCache _cache = new(8 * 1024);

    [Fact]
    public void KeepMerged_MoreThanFourLinesHold_EvictsLongOnesToTheLog()
    {
        List<byte[]> pieces = PiecesOfOneLocation(length: 10, NarrowEntries + 4);
        foreach (byte[] piece in pieces)
        {
            KeepMerged(piece, count: 2);
            Assert.NotEqual(0, FindInLines(piece));
        }

        byte[][] evicted = [.. pieces.Where(piece => FindInLines(piece) == 0)];
        Assert.Equal(4, evicted.Length);
        Assert.All(evicted, piece => Assert.Equal(2, FindInLog(piece)));
    }

    [Fact]
    public void KeepMerged_TinyPieces_AreDroppedWhenTheyAreEvicted()
    {
        List<byte[]> pieces = PiecesOfOneLocation(length: 5, NarrowEntries + 4);
        foreach (byte[] piece in pieces)
        {
            KeepMerged(piece, count: 2);
        }

        byte[][] evicted = [.. pieces.Where(piece => FindInLines(piece) == 0)];
        Assert.Equal(4, evicted.Length);
        Assert.All(evicted, piece => Assert.Equal(0, FindInLog(piece)));
    }

    [Fact]
    public void KeepMerged_HomeLineFullOfTokens_TakesFreeEntriesFirstThenTheirs()
    {
        List<byte[]> pieces = PiecesOfOneLocation(length: 10, NarrowEntries + 1);
        List<byte[]> tokens = pieces[..3];
        List<byte[]> merged = pieces[3..];
        tokens.ForEach(KeepToken);
        foreach (byte[] piece in merged[..^1])
        {
            KeepMerged(piece, count: 3);
        }

        Assert.Equal(3, tokens.Sum(FindInLines));

        KeepMerged(merged[^1], count: 3);

        Assert.Equal(2, tokens.Sum(FindInLines));
        Assert.All(merged, piece => Assert.Equal(3, FindInLines(piece)));
    }

    [Fact]
    public void KeepShortToken_HomeLineFullOfMergedPieces_GetsInAtEverySixteenthTime()
    {
        List<byte[]> pieces = PiecesOfOneLocation(length: 10, count: 4);
        foreach (byte[] piece in pieces.Take(3))
        {
            KeepMerged(piece, count: 2);
        }

        for (int i = 1; i < CacheEviction.RefusalsPerEviction; i++)
        {
            KeepToken(pieces[3]);
            Assert.Equal(0, FindInLines(pieces[3]));
        }

        KeepToken(pieces[3]);

        Assert.Equal(1, FindInLines(pieces[3]));
        Assert.Equal(2, pieces.Take(3).Count(piece => FindInLines(piece) != 0));
        Assert.Equal(1, pieces.Take(3).Count(piece => FindInLog(piece) != 0));
    }

    [Fact]
    public void KeepMerged_TheSamePieceTwice_HasOneEntry()
    {
        List<byte[]> pieces = PiecesOfOneLocation(length: 10, NarrowEntries);
        foreach (byte[] piece in pieces)
        {
            KeepMerged(piece, count: 2);
            KeepMerged(piece, count: 2);
        }

        Assert.All(pieces, piece => Assert.Equal(2, FindInLines(piece)));
    }

    public void Dispose() => _cache.Free();

    /// <summary>Pieces with the same home line and the same pair of other lines.</summary>
    private List<byte[]> PiecesOfOneLocation(int length, int count)
    {
        var random = new Random(length);
        var pieces = new List<byte[]>();
        CacheLocation wanted = default;
        while (pieces.Count < count)
        {
            var piece = new byte[length];
            random.NextBytes(piece);
            CacheLocation location = ProbeOf(piece).Location;
            if (pieces.Count == 0 && PairOf(location.Line) != PairOf(location.Other))
            {
                wanted = location;
            }

            if (AreEqual(wanted, location) && Tokens.Find(piece) < 0)
            {
                pieces.Add(piece);
            }
        }

        return pieces;
    }

    private static bool AreEqual(in CacheLocation one, in CacheLocation other) =>
        PairOf(one.Line) == PairOf(other.Line) && PairOf(one.Other) == PairOf(other.Other) && one.Line == other.Line;

    private static nuint PairOf(byte* line) => (nuint)line / (2 * CacheLine.Length);

    private void KeepMerged(byte[] piece, int count)
    {
        uint* ids = stackalloc uint[CacheLine.MaxWideIds];
        for (int i = 0; i < count; i++)
        {
            ids[i] = (uint)(piece[0] + i);
        }

        PieceProbe probe = ProbeOf(piece);
        _cache.Eviction.KeepMerged(Tokens, &probe, piece, ids, count);
    }

    private void KeepToken(byte[] piece)
    {
        PieceProbe probe = ProbeOf(piece);
        _cache.Eviction.KeepShortToken(Tokens, probe.Location.Line, probe.Key, PackedIds.Of(piece[0]));
    }

    private int FindInLines(byte[] piece)
    {
        PieceProbe probe = ProbeOf(piece);
        return (int)PackedIds.CountOf(PieceCache.FindNarrow(probe.Location, probe.Key));
    }

    private int FindInLog(byte[] piece)
    {
        uint* ids = stackalloc uint[64];
        return _cache.Log.Find(piece, ProbeOf(piece).Hash, ids);
    }

    private PieceProbe ProbeOf(byte[] piece)
    {
        byte* padded = stackalloc byte[64];
        new Span<byte>(padded, 64).Clear();
        piece.CopyTo(new Span<byte>(padded, 64));
        PieceProbe probe = default;
        probe.Locate(_cache.Lines, Tokens, padded, (uint)piece.Length);
        return probe;
    }
}
