using Harmony.Bpe.Machine;
using Harmony.Bpe.Tests.Support;

namespace Harmony.Bpe.Tests.Machine;

public sealed unsafe class BytePackerTests : IDisposable
{
    private const int Length = BytePacker.Length;

    private readonly GuardedMemory<byte> _from = new(Length);
    private readonly GuardedMemory<byte> _to = new(Length);

    public void Dispose()
    {
        _from.Dispose();
        _to.Dispose();
    }

    [Fact]
    public void Pack_RandomBytes_EqualsOneByOne()
    {
        var random = new Random(8);
        fixed (byte* bytes = _from.AtEnd(Length), packed = _to.AtEnd(Length))
        {
            for (int i = 0; i < 20_000; i++)
            {
                random.NextBytes(new Span<byte>(bytes, Length));
                ulong selected = Masks(random, i);
                var expected = new byte[Length];
                int count;
                fixed (byte* first = expected)
                {
                    count = BytePacker.PackOneByOne(bytes, selected, first);
                }

                Assert.Equal(count, BytePacker.Pack(bytes, selected, packed));
                Assert.Equal(expected, new ReadOnlySpan<byte>(packed, Length).ToArray());
            }
        }
    }

    [Fact]
    public void ListPositions_RandomBits_EqualsOneByOne()
    {
        var random = new Random(9);
        byte[] indices = [.. Enumerable.Range(0, Length).Select(static i => (byte)i)];
        fixed (byte* all = indices, positions = _to.AtEnd(Length))
        {
            for (int i = 0; i < 20_000; i++)
            {
                ulong bits = Masks(random, i);
                var expected = new byte[Length];
                int count;
                fixed (byte* first = expected)
                {
                    count = BytePacker.PackOneByOne(all, bits, first);
                }

                BytePacker.ListPositions(bits, positions);

                Assert.Equal(expected[..count], new ReadOnlySpan<byte>(positions, count).ToArray());
            }
        }
    }

    [Fact]
    public void WriteDeposited_RandomBits_EqualsWriteOfDeposited()
    {
        var random = new Random(10);
        uint* expected = stackalloc uint[Length + 16];
        uint* positions = stackalloc uint[Length];
        for (int i = 0; i < 20_000; i++)
        {
            ulong deposit = Masks(random, i) | 1UL << (i % Length);
            ulong bits = BitMoves.Extract((ulong)random.NextInt64() & deposit | 1UL << (i % Length), deposit);
            ulong deposited = BitMoves.Deposit(bits, deposit);
            int count = (int)(BitPositions.Write(deposited, 1000, expected) - expected);

            int highest = BitPositions.WriteDeposited(bits, deposit, 1000, positions);

            Assert.Equal(ulong.Log2(deposited), (ulong)highest);
            Assert.Equal(new ReadOnlySpan<uint>(expected, count), new ReadOnlySpan<uint>(positions, count));
        }
    }

    /// <summary>Random masks with few, half and most bits set, none and all.</summary>
    private static ulong Masks(Random random, int number)
    {
        ulong some = (ulong)random.NextInt64() << 1 ^ (ulong)random.NextInt64();
        ulong others = (ulong)random.NextInt64() << 1 ^ (ulong)random.NextInt64();
        return number switch
        {
            0 => 0,
            1 => ulong.MaxValue,
            _ => (number % 3) switch { 0 => some, 1 => some & others, _ => some | others },
        };
    }
}
