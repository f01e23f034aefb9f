using System.Buffers.Binary;
using System.IO.Hashing;

namespace InferenceServer.Routing;

public sealed class BlockHashesTests
{
    private static readonly int[] Ids = [.. Enumerable.Range(100, 53)];

    [Fact]
    public void OfBlock_Ids_IsDynamosHash()
    {
        var bytes = new byte[64];
        for (int i = 0; i < 16; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4 * i), Ids[i]);
        }

        Assert.Equal(XxHash3.HashToUInt64(bytes, 1337), BlockHashes.OfBlock(Ids.AsSpan(0, 16)));
        Assert.Equal(BlockHashes.OfBlock(Ids.AsSpan(0, 16)), BlockHashes.OfPrefixes(Ids, null)[0]);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(15, 0)]
    [InlineData(16, 1)]
    [InlineData(53, 3)]
    public void OfPrefixes_APrompt_HasOneForEachFullBlock(int length, int count) =>
        Assert.Equal(count, BlockHashes.OfPrefixes(Ids.AsSpan(0, length), null).Length);

    [Fact]
    public void OfPrefixes_ADifference_ChangesAllFromThereOn()
    {
        int[] other = [.. Ids];
        other[20] = 7;

        ulong[] one = BlockHashes.OfPrefixes(Ids, null);
        ulong[] two = BlockHashes.OfPrefixes(other, null);

        Assert.Equal(one[0], two[0]);
        Assert.NotEqual(one[1], two[1]);
        Assert.NotEqual(one[2], two[2]);
    }

    [Fact]
    public void OfPrefixes_AnotherSalt_SharesNothing()
    {
        ulong[] all =
        [
            .. BlockHashes.OfPrefixes(Ids, null),
            .. BlockHashes.OfPrefixes(Ids, "a"),
            .. BlockHashes.OfPrefixes(Ids, "b"),
        ];

        Assert.Equal(9, all.Distinct().Count());
    }
}
