using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Harmony.Bpe.Machine;

namespace Harmony.Bpe.Tests.Machine;

public sealed class BitMovesTests
{
    [Fact]
    public void ExtractAndDeposit_RandomWords_EqualDefinition()
    {
        var random = new Random(5);
        for (int i = 0; i < 20_000; i++)
        {
            ulong bits = (ulong)random.NextInt64();
            ulong mask = (ulong)random.NextInt64() & (ulong)random.NextInt64();

            Assert.Equal(BitMoves.ExtractOneByOne(bits, mask), BitMoves.Extract(bits, mask));
            Assert.Equal(BitMoves.DepositOneByOne(bits, mask), BitMoves.Deposit(bits, mask));
            Assert.Equal(bits & mask, BitMoves.Deposit(BitMoves.Extract(bits, mask), mask));
        }
    }

    [Fact]
    public void PositionsOf_RandomWords_EqualsOneByOne()
    {
        Assert.SkipUnless(Avx512Vbmi2.IsSupported, "The processor can't.");
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++)
        {
            ulong bits = (ulong)random.NextInt64() << 1 | (ulong)i & 1;
            bits &= i % 3 == 0 ? ulong.MaxValue : (ulong)random.NextInt64() | 1UL << 63;
            var expected = new List<byte>();
            for (ulong rest = bits; rest != 0; rest &= rest - 1)
            {
                expected.Add((byte)BitMoves.LowestBit(rest));
            }

            var positions = new byte[64];
            BitMoves.PositionsOf(bits).CopyTo(positions);

            Assert.Equal(expected, positions[..expected.Count]);
        }
    }

    [Fact]
    public void Spread_RandomWords_EqualsStepByStep()
    {
        var random = new Random(6);
        for (int i = 0; i < 20_000; i++)
        {
            ulong set = (ulong)random.NextInt64() ^ (ulong)random.NextInt64() << 1;
            ulong marks = (ulong)random.NextInt64() & (ulong)random.NextInt64();
            ulong expected = marks & set;
            for (int step = 0; step < 64; step++)
            {
                expected |= expected << 1 & set;
            }

            Assert.Equal(expected, BitMoves.Spread(marks, set));
        }
    }

    [Theory]
    [InlineData(0b0111UL, 0, 3)]
    [InlineData(0b0111UL, 2, 3)]
    [InlineData(0b0111UL, 3, 3)]
    [InlineData(ulong.MaxValue, 0, 64)]
    [InlineData(0UL, 5, 5)]
    public void EndOfRun_AtPosition_IsFirstOutside(ulong set, int from, int expected) =>
        Assert.Equal(expected, BitMoves.EndOfRun(set, from));
}
