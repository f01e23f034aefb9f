using System.Text.Json.Nodes;
using Harmony.Engines;
using InferenceServer.Support;

namespace InferenceServer;

public sealed class ConcurrencyTests
{
    [Fact]
    public async Task Post_200StreamsAtOnce_LoseNothingAndAreNotMixedUp()
    {
        const int Count = 200;

        // Each prompt ends with its own number, which the answer spells a hundred times.
        var engine = new ScriptedTokenGenerator(static request =>
        {
            ReadOnlySpan<int> prompt = request.PromptIds.Span;
            int end = prompt.LastIndexOf(Prompts.Ids("<|end|>")[0]);
            int begin = prompt[..end].LastIndexOf(Prompts.Ids("<|message|>")[0]) + 1;
            int[] said = prompt[begin..end].ToArray();
            return Prompts.Ids("<|channel|>final<|message|>")
                .Concat(Enumerable.Repeat(said, 100).SelectMany(static ids => ids))
                .Concat(Prompts.Ids("<|return|>"))
                .ToArray();
        })
        {
            YieldsBetweenChunks = true,
            RecordsRequests = false,
        };
        await using TestServer server = await TestServer.StartAsync(engine, "--max-concurrent", "200");

        await Task.WhenAll(Enumerable.Range(0, Count).Select(async i =>
        {
            using HttpResponseMessage response = await server.PostAsync(
                Prompts.Chat, Prompts.Ask($"<{i}>", stream: true, ",\"stream_options\":{\"include_usage\":true}"));
            List<JsonNode> chunks = await Sse.ReadChunksAsync(response);

            Assert.Equal(string.Concat(Enumerable.Repeat($"<{i}>", 100)), Sse.ContentOf(chunks));
            Assert.Single(chunks.Select(static chunk => (string?)chunk["id"]).Distinct());
            Assert.Equal("stop", (string?)chunks[^2]["choices"]![0]!["finish_reason"]);
            Assert.Equal(
                (100 * Prompts.Ids($"<{i}>").Length) + 4, (int)chunks[^1]["usage"]!["completion_tokens"]!);
        }));

        Assert.Equal(0, engine.ActiveCount);
    }
}
