using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Tests.Vocabulary;

public sealed unsafe class ShortEntryTests
{
    private static readonly (int Length, int Count)[] Shapes =
    [
        .. from count in Enumerable.Range(1, ShortEntry.MaxIds)
           from length in Enumerable.Range(1, ShortVocabularyKey.MaxLength)
           where ShortEntry.Fits(length, count)
           select (length, count),
    ];

    [Fact]
    public void Read_WhatWasWritten_GivesTheIds()
    {
        var random = new Random(1);
        Assert.Equal(13 + 10 + 8, Shapes.Length);
        foreach ((int length, int count) in Shapes)
        {
            for (int i = 0; i < 200; i++)
            {
                (byte[] entry, byte[] piece, int[] ids) = Create(random, length, count);
                Assert.Equal(ids, Read(entry, piece));
            }
        }
    }

    /// <summary>Above all pieces whose bytes are where the entry has its ids.</summary>
    [Fact]
    public void Read_AnotherPiece_GivesNone()
    {
        var random = new Random(2);
        foreach ((int length, int count) in Shapes)
        {
            for (int i = 0; i < 200; i++)
            {
                (byte[] entry, byte[] piece, _) = Create(random, length, count);
                byte[] flipped = [.. piece];
                flipped[random.Next(length)] ^= (byte)(1 << random.Next(8));
                Assert.Empty(Read(entry, flipped));
                for (int other = 1; other <= ShortVocabularyKey.MaxLength; other++)
                {
                    if (other != length)
                    {
                        Assert.Empty(Read(entry, entry[..other]));
                        Assert.Empty(Read(entry, ((byte[])[.. piece, .. new byte[13]])[..other]));
                    }
                }
            }
        }
    }

    [Fact]
    public void Read_AFreeEntry_GivesNone()
    {
        for (int length = 1; length <= ShortVocabularyKey.MaxLength; length++)
        {
            Assert.Empty(Read(new byte[ShortEntry.Length], new byte[length]));
        }
    }

    private static (byte[] Entry, byte[] Piece, int[] Ids) Create(Random random, int length, int count)
    {
        var piece = new byte[length];
        random.NextBytes(piece);
        int[] ids = [.. Enumerable.Range(0, count).Select(_ => random.Next(FrozenFormat.MaxTokenCount))];
        var entry = new byte[ShortEntry.Length];
        ShortEntry.Write(entry, piece, ids);
        return (entry, piece, ids);
    }

    private static int[] Read(byte[] entry, byte[] piece)
    {
        fixed (byte* start = entry)
        {
            uint count = ShortEntry.Read(start, new ShortVocabularyKey(piece), out ulong packed);
            return [.. Enumerable.Range(0, (int)count).Select(i => (int)(packed >> 18 * i) & 0x3_FFFF)];
        }
    }
}
