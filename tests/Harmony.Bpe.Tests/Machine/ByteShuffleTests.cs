using System.Runtime.Intrinsics;
using Harmony.Bpe.Machine;

namespace Harmony.Bpe.Tests.Machine;

public sealed class ByteShuffleTests
{
    [Fact]
    public void Of_EveryIndexAndNone_EqualsOneByOne()
    {
        var random = new Random(11);
        var bytes = new byte[16];
        var indices = new byte[16];
        for (int i = 0; i < 1000; i++)
        {
            random.NextBytes(bytes);
            for (int at = 0; at < 16; at++)
            {
                indices[at] = (byte)(random.Next(3) == 0 ? 0x80 : random.Next(16));
            }

            var expected = Vector128.Create(indices.Select(
                index => index == 0x80 ? (byte)0 : bytes[index]).ToArray());

            Assert.Equal(expected, ByteShuffle.Of(Vector128.Create(bytes), Vector128.Create(indices)));
        }
    }
}
