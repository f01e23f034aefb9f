using Harmony.Bpe.Batches;
using Harmony.Bpe.Caching;

namespace Harmony.Bpe.Tests.Batches;

/// <summary>The vector code for packed ids against unpacking them one by one.</summary>
public sealed unsafe class IdUnpackerTests
{
    private const int Most = 300;
    private const uint Untouched = 0xFFFF_FFFF;

    [Fact]
    public void AllMembers_RandomWordsOfEveryCount_EqualOneByOne()
    {
        var random = new Random(5);
        ulong* words = stackalloc ulong[Most + 64];
        uint* unpacked = stackalloc uint[4 * Most + 16];
        uint* missed = stackalloc uint[Most + 16];
        uint* three = stackalloc uint[3];
        for (int count = 0; count <= Most; count++)
        {
            List<uint> ids = [];
            List<uint> empty = [];
            int first = random.Next(Most - count + 1);
            for (int i = 0; i < Most + 64; i++)
            {
                // The lowest byte and the ids past the number of ids are undefined.
                words[i] = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
            }

            for (int i = first; i < first + count; i++)
            {
                PackedIds.CopyTo(words[i], three);
                ids.AddRange(new ReadOnlySpan<uint>(three, (int)PackedIds.CountOf(words[i])));
                if (PackedIds.CountOf(words[i]) == 0)
                {
                    empty.Add((uint)i);
                }
            }

            new Span<uint>(unpacked, 4 * Most + 16).Fill(Untouched);
            uint* end = IdUnpacker.Unpack(words + first, count, unpacked);

            Assert.Equal(ids, new ReadOnlySpan<uint>(unpacked, (int)(end - unpacked)).ToArray());
            Assert.True(new ReadOnlySpan<uint>(end + 16, 4 * Most - ids.Count).IndexOfAnyExcept(Untouched) < 0);
            Assert.Equal(ids.Count, IdUnpacker.Count(words + first, count));
            int missedCount = IdUnpacker.ListEmpty(words + first, first, count, missed);
            Assert.Equal(empty, new ReadOnlySpan<uint>(missed, missedCount).ToArray());
        }
    }

    [Fact]
    public void Of_UpToThreeIds_CopyToGivesThem()
    {
        uint[] ids = [262_143, 0, 199_997];
        uint* copy = stackalloc uint[3];
        fixed (uint* source = ids)
        {
            for (int count = 1; count <= PackedIds.MaxCount; count++)
            {
                ulong packed = PackedIds.Of(source, count);
                PackedIds.CopyTo(packed, copy);

                Assert.Equal(ids.AsSpan(0, count), new ReadOnlySpan<uint>(copy, (int)PackedIds.CountOf(packed)));
                Assert.Equal(0ul, packed & 0xFF);
            }
        }

        Assert.Equal(PackedIds.Of(ids[2]), PackedIdsOf(ids[2]));
    }

    private static ulong PackedIdsOf(uint id) => PackedIds.Of(&id, 1);
}
