using System.Runtime.Intrinsics;
using Harmony.Bpe.Caching;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Tests.Caching;

/// <summary>A line tells its entries apart, and keeps of the old ones what there is room for.</summary>
public sealed unsafe class CacheLineTests
{
    private static readonly uint[] Ids = [262_143, 1, 131_072, 65_537, 200_001, 0, 262_142, 77_777];

    [Fact]
    public void CopyWideIds_EveryLengthAndCount_GivesTheIdsOfExactlyThisPiece()
    {
        byte* line = stackalloc byte[2 * CacheLine.Length];
        byte* key = stackalloc byte[32];
        uint* ids = stackalloc uint[CacheLine.MaxWideIds];
        for (int length = 1; length <= MediumVocabularyKey.MaxLength; length++)
        {
            for (int count = 1; count <= CacheLine.MaxWideIds; count++)
            {
                Fill(key, length);
                WriteWide(line, key, length, count);

                Assert.Equal(count, CacheLine.CopyWideIds(line, key, length, ids));
                Assert.Equal(Ids.AsSpan(0, count), new ReadOnlySpan<uint>(ids, count));
                Assert.Equal(0, CacheLine.CopyWideIds(line, key, length == 1 ? 2 : length - 1, ids));
                for (int i = 0; i < length; i++)
                {
                    key[i] ^= 0x40;
                    Assert.Equal(0, CacheLine.CopyWideIds(line, key, length, ids));
                    key[i] ^= 0x40;
                }
            }
        }
    }

    [Fact]
    public void FindWide_EveryLengthAndCount_GivesAtMostThreeIdsOfExactlyThisPiece()
    {
        byte* line = stackalloc byte[2 * CacheLine.Length];
        byte* key = stackalloc byte[32];
        uint* ids = stackalloc uint[PackedIds.MaxCount];
        for (int length = ShortVocabularyKey.MaxLength + 1; length <= MediumVocabularyKey.MaxLength; length++)
        {
            for (int count = 1; count <= CacheLine.MaxWideIds; count++)
            {
                Fill(key, length);
                WriteWide(line, key, length, count);

                // In a text, other bytes follow a piece.
                new Span<byte>(key + length, 32 - length).Fill(0xA5);
                ulong packed = CacheLine.FindWide(line, key, (uint)length);
                PackedIds.CopyTo(packed, ids);
                int expected = count <= PackedIds.MaxCount ? count : 0;
                Assert.Equal((uint)expected, PackedIds.CountOf(packed));
                Assert.Equal(Ids.AsSpan(0, expected), new ReadOnlySpan<uint>(ids, expected));
                Assert.Equal(0ul, CacheLine.FindWide(line, key, (uint)(length == 14 ? 15 : length - 1)));
                for (int i = 0; i < length; i++)
                {
                    key[i] ^= 0x40;
                    Assert.Equal(0ul, CacheLine.FindWide(line, key, (uint)length));
                    key[i] ^= 0x40;
                }
            }
        }
    }

    [Fact]
    public void FindWide_PieceThatEndsWithZero_TellsItFromTheShorterOne()
    {
        byte* line = stackalloc byte[2 * CacheLine.Length];
        byte* key = stackalloc byte[32];
        for (int length = ShortVocabularyKey.MaxLength + 2; length <= MediumVocabularyKey.MaxLength; length++)
        {
            Fill(key, length);
            key[length - 1] = 0;
            WriteWide(line, key, length, count: 2);

            Assert.NotEqual(0ul, CacheLine.FindWide(line, key, (uint)length));
            Assert.Equal(0ul, CacheLine.FindWide(line, key, (uint)length - 1));
        }
    }

    [Fact]
    public void WriteWide_MergedAndSingleEntriesBefore_KeepsAMergedOne()
    {
        byte* line = stackalloc byte[2 * CacheLine.Length];
        byte* key = stackalloc byte[32];
        uint* ids = stackalloc uint[CacheLine.MaxWideIds];
        for (int merged = 0; merged < 3; merged++)
        {
            new Span<byte>(line, CacheLine.Length).Clear();
            for (int entry = 0; entry < 3; entry++)
            {
                WriteNarrow(line, length: entry + 2, count: entry == merged ? 3 : 1);
            }

            CacheLine.SetMark(line, 4);
            Fill(key, 13);
            WriteWide(line, key, 13, count: 8);

            Assert.Equal(8, CacheLine.CopyWideIds(line, key, 13, ids));
            ulong packed = CacheLine.Find(line, KeyOf(merged + 2));
            PackedIds.CopyTo(packed, ids);
            Assert.Equal(Ids.AsSpan(0, 3), new ReadOnlySpan<uint>(ids, (int)PackedIds.CountOf(packed)));
            Assert.True(CacheLine.HasMark(line, 4));
        }
    }

    [Fact]
    public void WriteNarrow_BesideAWideEntry_LeavesItAlone()
    {
        byte* line = stackalloc byte[2 * CacheLine.Length];
        byte* key = stackalloc byte[32];
        uint* ids = stackalloc uint[CacheLine.MaxWideIds];
        new Span<byte>(line, CacheLine.Length).Clear();
        Fill(key, 29);
        WriteWide(line, key, 29, count: 4);
        WriteNarrow(line, length: 13, count: 3);

        Assert.Equal(4, CacheLine.CopyWideIds(line, key, 29, ids));
        Assert.Equal(3u, PackedIds.CountOf(CacheLine.Find(line, KeyOf(13))));
        Assert.True(CacheLine.FreeEntry(line) == null);
        Assert.True(CacheLine.VocabularyEntry(line) == null);
    }

    [Fact]
    public void TakeOldest_NarrowEntries_ComeInTheOrderInWhichTheyTookTheFirstPlace()
    {
        byte* line = stackalloc byte[2 * CacheLine.Length];
        new Span<byte>(line, 2 * CacheLine.Length).Clear();
        for (int length = 13; length > 10; length--)
        {
            WriteNarrow(line, length, count: length - 10);
        }

        // The last of the first three goes first, then what was written before the others.
        foreach (int length in (int[])[11, 12, 13])
        {
            Assert.True(CacheLine.FreeEntry(line) == null);
            AssertTaken(line, length, count: length - 10);
            WriteNarrow(line, length: 1, count: 1);
        }

        AssertTaken(line, length: 1, count: 1);
    }

    [Fact]
    public void TakeOldest_AWideEntryOfEveryLengthAndCount_IsGivenBackAndLeavesRoom()
    {
        byte* line = stackalloc byte[2 * CacheLine.Length];
        byte* key = stackalloc byte[32];
        for (int length = 1; length <= MediumVocabularyKey.MaxLength; length++)
        {
            for (int count = 1; count <= CacheLine.MaxWideIds; count++)
            {
                new Span<byte>(line, 2 * CacheLine.Length).Clear();
                CacheLine.SetMark(line, 4);
                WriteNarrow(line, length: 13, count: 2);
                Fill(key, length);
                WriteWide(line, key, length, count);

                AssertTaken(line, length, count);

                Assert.True(CacheLine.FreeEntry(line) != null);
                Assert.True(CacheLine.HasMark(line, 4));
                bool tookAll = length > 13 && count > 4;
                Assert.Equal(tookAll ? 0u : 2u, PackedIds.CountOf(CacheLine.Find(line, KeyOf(13))));
            }
        }
    }

    [Fact]
    public void TakeOldest_AWideEntryOfTheWholeLine_MakesItFree()
    {
        byte* line = stackalloc byte[2 * CacheLine.Length];
        byte* key = stackalloc byte[32];
        uint* ids = stackalloc uint[CacheLine.MaxWideIds];
        Fill(key, 29);
        WriteWide(line, key, 29, count: 8);
        AssertTaken(line, length: 29, count: 8);

        Assert.Equal(0, CacheLine.CopyWideIds(line, key, 29, ids));
        WriteNarrow(line, length: 2, count: 1);
        WriteNarrow(line, length: 3, count: 1);
        WriteNarrow(line, length: 4, count: 1);
        Assert.Equal(1u, PackedIds.CountOf(CacheLine.Find(line, KeyOf(2))));
        Assert.True(CacheLine.FreeEntry(line) == null);
    }

    [Fact]
    public void Find_AllMarksSet_FindsNothingThatIsNotThere()
    {
        byte* line = stackalloc byte[2 * CacheLine.Length];
        new Span<byte>(line, 2 * CacheLine.Length).Fill(0xFF);
        new Span<byte>(line, CacheLine.Length).Clear();
        for (int mark = 0; mark < CacheLine.MarkCount; mark++)
        {
            CacheLine.SetMark(line, 1u << mark);
        }

        Assert.Equal(0u, PackedIds.CountOf(CacheLine.Find(line, KeyOf(13))));
    }

    private static void AssertTaken(byte* line, int length, int count)
    {
        byte* text = stackalloc byte[32];
        byte* expected = stackalloc byte[32];
        uint* ids = stackalloc uint[CacheLine.MaxWideIds];
        Fill(expected, length);

        Assert.Equal(count, CacheLine.TakeOldest(line, text, ids, out int taken));
        Assert.Equal(length, taken);
        Assert.Equal(new ReadOnlySpan<byte>(expected, 32), new ReadOnlySpan<byte>(text, 32));
        Assert.Equal(Ids.AsSpan(0, count), new ReadOnlySpan<uint>(ids, count));
    }

    private static void WriteWide(byte* line, byte* key, int length, int count)
    {
        fixed (uint* ids = Ids)
        {
            CacheLine.WriteWide(line, key, length, ids, count);
        }
    }

    private static void WriteNarrow(byte* line, int length, int count)
    {
        byte* entry = CacheLine.FreeEntry(line);
        Assert.True(entry != null);
        fixed (uint* ids = Ids)
        {
            CacheLine.WriteNarrow(entry, KeyOf(length), PackedIds.Of(ids, count));
        }
    }

    private static Vector128<byte> KeyOf(int length)
    {
        byte* text = stackalloc byte[32];
        Fill(text, length);
        byte* masks = CacheKey.Masks;
        ulong low = CacheKey.Low(text, (uint)length, masks);
        return Vector128.Create(low, CacheKey.High(text, (uint)length, masks)).AsByte();
    }

    private static void Fill(byte* key, int length)
    {
        for (int i = 0; i < 32; i++)
        {
            key[i] = (byte)(i < length ? 'A' + i : 0);
        }
    }
}
