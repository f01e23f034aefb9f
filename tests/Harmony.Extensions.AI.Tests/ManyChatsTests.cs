using Harmony.Bpe;
using Harmony.Core;
using Harmony.Engines;
using Harmony.Extensions.AI.Tests.Support;
using Microsoft.Extensions.AI;

namespace Harmony.Extensions.AI.Tests;

/// <summary>One client for many chats at once, and what each id costs.</summary>
public sealed class ManyChatsTests
{
    private const int Few = 1_000;
    private const int Many = 21_000;

    /// <summary>An update, its list, a text content and its string take 256 to 300 bytes on a 64-bit machine; the
    /// rest is the collected message and its ids.</summary>
    private const int MaxBytesOfAnId = 330;

    [Fact]
    public async Task Stream_OfManyChatsAtOnce_KeepsThemApart()
    {
        var engine = new ScriptedTokenGenerator(static request => Answer(request)) { YieldsBetweenChunks = true };
        using IChatClient client = engine.AsIChatClient().AsBuilder().UseFunctionInvocation().Build();
        await Parallel.ForAsync(0, 200, async (i, _) =>
        {
            var weather = new Weather();
            ChatResponse response = (await client.StreamAsync(
                [new ChatMessage(ChatRole.User, $"City {i}")],
                new ChatOptions { Tools = [weather.Function], ConversationId = $"chat {i % 50}" })).ToChatResponse();

            Assert.Equal([$"City {i}"], weather.Cities);
            Assert.Equal($"It is rain in City {i}.", response.Text);
        });
        Assert.Equal(0, engine.ActiveCount);
    }

    [Fact]
    public void Stream_OfAnId_AllocatesItsUpdateAndLittleMore()
    {
        int[] text = HarmonyEncoding.OpenAI.Encode(string.Concat(Enumerable.Repeat("Some words and a few more. ", Many)));
        HarmonyEncoding.OpenAI.Encode("<|channel|>final<|message|>", EncodeOptions.AllSpecial).CopyTo(text, 0);
        int length = Few;
        using IChatClient client = new ScriptedTokenGenerator(_ => text.AsMemory(0, length)) { RecordsRequests = false }.AsIChatClient();
        long least = long.MaxValue;
        for (int i = 0; i < 10; i++)
        {
            length = Few;
            long few = Measure(client);
            length = Many;
            least = Math.Min(least, Measure(client) - few);
        }

        Assert.InRange(least / (double)(Many - Few), 0, MaxBytesOfAnId);
    }

    /// <summary>Calls the function with the question, and then repeats its result.</summary>
    private static ReadOnlyMemory<int> Answer(TokenRequest request)
    {
        string prompt = HarmonyEncoding.OpenAI.Decode(request.PromptIds.Span);
        string last = prompt[(prompt.LastIndexOf("<|message|>", StringComparison.Ordinal) + "<|message|>".Length)..];
        last = last[..last.IndexOf("<|end|>", StringComparison.Ordinal)];
        return HarmonyEncoding.OpenAI.Encode(
            last.StartsWith("rain", StringComparison.Ordinal)
                ? $"<|channel|>final<|message|>It is {last}.<|return|>"
                : Scripts.Call.Replace("Oslo", last, StringComparison.Ordinal),
            EncodeOptions.AllSpecial);
    }

    private static long Measure(IChatClient client)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Task<int> turn = CountAsync(client);
        Assert.True(turn.IsCompletedSuccessfully);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static async Task<int> CountAsync(IChatClient client)
    {
        int count = 0;
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("Hi"))
        {
            count += update.Contents.Count;
        }

        return count;
    }
}
