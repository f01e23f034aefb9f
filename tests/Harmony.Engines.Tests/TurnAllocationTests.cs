using Harmony.Bpe;
using Harmony.Core;

namespace Harmony.Engines.Tests;

/// <summary>A warm turn allocates nothing for each id.</summary>
public sealed class TurnAllocationTests
{
    private const int Few = 1_000;
    private const int Many = 21_000;

    private static readonly Conversation Chat = [Message.User("Tell me more.")];
    private static readonly TurnOptions Options = new() { CollectMessages = false };

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    public void RunAsync_WarmRunner_AllocatesNothingForEachId(int chunkSize)
    {
        int[] header = HarmonyEncoding.OpenAI.Encode("<|channel|>final<|message|>", EncodeOptions.AllSpecial);
        int[] text = HarmonyEncoding.OpenAI.Encode(
            string.Concat(Enumerable.Repeat("Some words, “quotes”, 🩷 and 数字. ", Many)));
        int length = Few;
        var generator = new ScriptedTokenGenerator(_ => text.AsMemory(0, length))
        {
            ChunkSize = chunkSize,
            RecordsRequests = false,
        };
        var runner = new TurnRunner(generator);

        // The header comes with the first turn's ids.
        header.CopyTo(text, 0);
        long least = long.MaxValue;
        for (int i = 0; i < 40; i++)
        {
            length = Few;
            long few = Measure(runner);
            length = Many;
            least = Math.Min(least, Measure(runner) - few);
        }

        Assert.InRange(least, long.MinValue, 0);
    }

    private static long Measure(TurnRunner runner)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Task<int> turn = CountAsync(runner);
        Assert.True(turn.IsCompletedSuccessfully);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static async Task<int> CountAsync(TurnRunner runner)
    {
        int bytes = 0;
        await foreach (TurnEvent one in runner.RunAsync(Chat, Options))
        {
            bytes += one.Utf8.Length + one.Ids.Length;
        }

        return bytes;
    }
}
