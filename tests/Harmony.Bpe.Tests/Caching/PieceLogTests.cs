using System.Runtime.InteropServices;
using Harmony.Bpe.Caching;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Tests.Caching;

/// <summary>The log of pieces at its largest, and when its places run out.</summary>
public sealed unsafe class PieceLogTests
{
    /// <summary>Places that there are before they are moved back.</summary>
    private const long PlaceCount = 1L << 26;

    [Theory]
    [InlineData(1024 * 1024)]
    [InlineData(128 * 1024 * 1024)]
    [InlineData(512 * 1024 * 1024)]
    public void Find_SomeAmongManyPieces_AreThereAtEverySize(int length)
    {
        // Only the pages that are touched are memory.
        void* memory = NativeMemory.AllocZeroed((nuint)length);
        var log = new PieceLog((byte*)memory, length);
        uint* ids = stackalloc uint[64];
        const int Count = 5_000;
        for (int i = 0; i < Count; i++)
        {
            Write(ids, i);
            log.Add(PieceOf(i), HashOf(PieceOf(i)), ids, IdCountOf(i));
        }

        int found = 0;
        for (int i = 0; i < Count; i++)
        {
            int count = log.Find(PieceOf(i), HashOf(PieceOf(i)), ids);
            if (count != 0)
            {
                found++;
                AssertIds(i, ids, count);
            }
        }

        // All but a few whose buckets are full.
        Assert.InRange(found, Count - 20, Count);
        NativeMemory.Free(memory);
    }

    /// <summary>Whatever is found is right, before and after places are moved back, and what is used
    /// stays.</summary>
    [Fact]
    public void Find_WhenPlacesRunOut_GivesWhatWasAddedLast()
    {
        const int Length = 64 * 1024;
        void* memory = NativeMemory.AllocZeroed(Length);
        var log = new PieceLog((byte*)memory, Length);
        uint* ids = stackalloc uint[64];
        byte[] filler = new byte[4000];
        Write(ids, 0);
        log.Add(PieceOf(0), HashOf(PieceOf(0)), ids, IdCountOf(0));
        long places = 0;
        int misses = 0;
        int old = 0;
        for (int i = 1; places < 3 * PlaceCount; i++)
        {
            BitConverter.TryWriteBytes(filler, i);
            log.Add(filler, HashOf(filler), ids, 1);
            places += filler.Length / 4;
            misses += log.Find(PieceOf(0), HashOf(PieceOf(0)), ids) == IdCountOf(0) ? 0 : 1;
            AssertIds(0, ids, IdCountOf(0));

            // Records of long ago are not taken for new ones.
            BitConverter.TryWriteBytes(filler, i - 1000);
            old += log.Find(filler, HashOf(filler), ids + 32);
        }

        Assert.Equal((0, 0), (misses, old));
        NativeMemory.Free(memory);
    }

    /// <summary>The place of a record that was overwritten long ago is still in its bucket. When places are
    /// numbered from the start again it must not be taken for a new one, although the bytes there look like
    /// the record.</summary>
    [Fact]
    public void Find_OverwrittenPiece_StaysForgottenWhenPlacesRunOut()
    {
        const int Length = 64 * 1024;
        void* memory = NativeMemory.AllocZeroed(Length);
        var log = new PieceLog((byte*)memory, Length);
        uint* ids = stackalloc uint[64];
        ids[0] = 1;

        // Four bytes that are a hash, the lengths of a piece and of its ids, and the piece: the fillers are
        // full of such records, wherever one begins.
        byte[] header = [36, 0, 1, 0];
        byte[] victim = [.. Enumerable.Repeat(header, 9).SelectMany(static bytes => bytes)];
        byte[] filler = [.. Enumerable.Repeat(header, 1000).SelectMany(static bytes => bytes)];
        ulong hash = BitConverter.ToUInt32(header);
        ulong hashOfFillers = hash | 1UL << 32;
        log.Add(victim, hash, ids, 1);
        Assert.Equal(1, log.Find(victim, hash, ids + 32));
        long places = 0;
        int found = 0;
        while (places < 3 * PlaceCount)
        {
            // All in another bucket.
            log.Add(filler, hashOfFillers, ids, 1);
            places += filler.Length / 4;
            found += places > Length ? log.Find(victim, hash, ids + 32) : 0;
        }

        Assert.Equal(0, found);
        NativeMemory.Free(memory);
    }

    /// <summary>Records of half a lap and a little more: half of the places are passed over at the ring's
    /// end.</summary>
    [Fact]
    public void Find_PieceJustAdded_IsThereWhenPlacesRunOut()
    {
        const int Length = 10_000;
        void* memory = NativeMemory.AllocZeroed(Length);
        var log = new PieceLog((byte*)memory, Length);
        uint* ids = stackalloc uint[64];
        ids[0] = 7;
        var piece = new byte[4000];
        int missed = 0;
        for (long places = 0; places < 12 * PlaceCount; places += 2 * piece.Length / 4 - 100)
        {
            BitConverter.TryWriteBytes(piece, places);
            log.Add(piece, (ulong)places * 0x9E37_79B9_7F4A_7C15, ids, 1);
            missed += 1 - log.Find(piece, (ulong)places * 0x9E37_79B9_7F4A_7C15, ids + 8);
        }

        Assert.Equal(0, missed);
        NativeMemory.Free(memory);
    }

    [Fact]
    public void AddAtSecondSight_FirstTime_AddsNothing()
    {
        const int Length = 64 * 1024;
        void* memory = NativeMemory.AllocZeroed(Length);
        var log = new PieceLog((byte*)memory, Length);
        uint* ids = stackalloc uint[64];
        int early = 0;
        for (int i = 0; i < 100; i++)
        {
            Write(ids, i);
            log.AddAtSecondSight(PieceOf(i), HashOf(PieceOf(i)), ids, IdCountOf(i));
            early += log.Find(PieceOf(i), HashOf(PieceOf(i)), ids) != 0 ? 1 : 0;
            Write(ids, i);
            log.AddAtSecondSight(PieceOf(i), HashOf(PieceOf(i)), ids, IdCountOf(i));

            Assert.Equal(IdCountOf(i), log.Find(PieceOf(i), HashOf(PieceOf(i)), ids));
            AssertIds(i, ids, IdCountOf(i));
        }

        // Those whose tag another piece of the same bucket has.
        Assert.InRange(early, 0, 10);
        NativeMemory.Free(memory);
    }

    [Fact]
    public void AddAtSecondSight_LogThatAddsAtFirstSight_AddsAtOnce()
    {
        const int Length = 64 * 1024;
        void* memory = NativeMemory.AllocZeroed(Length);
        var log = new PieceLog((byte*)memory, Length, addsAtFirstSight: true);
        uint* ids = stackalloc uint[64];
        for (int i = 0; i < 100; i++)
        {
            Write(ids, i);
            log.AddAtSecondSight(PieceOf(i), HashOf(PieceOf(i)), ids, IdCountOf(i));

            Assert.Equal(IdCountOf(i), log.Find(PieceOf(i), HashOf(PieceOf(i)), ids));
            AssertIds(i, ids, IdCountOf(i));
        }

        NativeMemory.Free(memory);
    }

    /// <summary>Pieces that come in turn, in two thirds of the log's room and in twice its room; and pieces
    /// that come once.</summary>
    [Theory]
    [InlineData(800, true, false)]
    [InlineData(2_400, true, true)]
    [InlineData(2_400, false, false)]
    public void IsTooSmall_ManyPieces_OnlyIfLostOnesComeAgain(int pieces, bool again, bool expected)
    {
        const int Length = 128 * 1024;
        void* memory = NativeMemory.AllocZeroed(Length);
        var log = new PieceLog((byte*)memory, Length);
        uint* ids = stackalloc uint[64];
        for (int round = 0; round < 12; round++)
        {
            for (int piece = 0; piece < pieces; piece++)
            {
                int i = again ? piece : round * pieces + piece;
                if (log.Find(PieceOf(i), HashOf(PieceOf(i)), ids) == 0)
                {
                    Write(ids, i);
                    log.AddAtSecondSight(PieceOf(i), HashOf(PieceOf(i)), ids, IdCountOf(i));
                }
            }
        }

        Assert.Equal(expected, log.IsTooSmall);
        log.Clear();
        Assert.False(log.IsTooSmall);
        NativeMemory.Free(memory);
    }

    [Fact]
    public void Clear_AfterAdds_ForgetsThem()
    {
        const int Length = 64 * 1024;
        void* memory = NativeMemory.AllocZeroed(Length);
        var log = new PieceLog((byte*)memory, Length);
        uint* ids = stackalloc uint[64];
        for (int round = 0; round < 2; round++)
        {
            Write(ids, 3);
            Assert.Equal(0, log.Find(PieceOf(3), HashOf(PieceOf(3)), ids));
            log.Add(PieceOf(3), HashOf(PieceOf(3)), ids, IdCountOf(3));
            Assert.Equal(IdCountOf(3), log.Find(PieceOf(3), HashOf(PieceOf(3)), ids));
            log.Clear();
        }

        NativeMemory.Free(memory);
    }

    private static byte[] PieceOf(int i) => [.. BitConverter.GetBytes(i * 7919), .. new byte[30 + i % 90]];

    private static int IdCountOf(int i) => 1 + i % 20;

    private static void Write(uint* ids, int i)
    {
        for (int k = 0; k < IdCountOf(i); k++)
        {
            ids[k] = (uint)((i * 31 + k) % 200_000);
        }
    }

    private static void AssertIds(int i, uint* ids, int count)
    {
        Assert.Equal(IdCountOf(i), count);
        for (int k = 0; k < count; k++)
        {
            Assert.Equal((uint)((i * 31 + k) % 200_000), ids[k]);
        }
    }

    private static ulong HashOf(byte[] piece) => PieceTable.HashLong(piece, seed: 5);
}
