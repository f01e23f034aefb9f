using Harmony.Bpe.Merging.LongPieces;

namespace Harmony.Bpe.Tests.Merging.LongPieces;

public sealed class CandidateHeapTests
{
    [Fact]
    public void TryPop_AfterRandomPushes_GivesTheSmallest()
    {
        var random = new Random(5);
        for (int round = 0; round < 500; round++)
        {
            var heap = new CandidateHeap(new ulong[64]);
            var expected = new PriorityQueue<ulong, ulong>();
            for (int step = 0; step < 200; step++)
            {
                if (expected.Count < 64 && random.Next(3) > 0)
                {
                    var item = (ulong)random.NextInt64(100);
                    heap.Push(item);
                    expected.Enqueue(item, item);
                }
                else
                {
                    Assert.Equal(expected.TryDequeue(out ulong smallest, out _), heap.TryPop(out ulong popped));
                    Assert.Equal(smallest, popped);
                }
            }
        }
    }
}
