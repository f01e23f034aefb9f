using System.Diagnostics;
using Harmony.Engines;
using Harmony.Extensions.AI.Tests.Support;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Harmony.Extensions.AI.Tests.Frameworks;

/// <summary>Structured output, telemetry and caching of Microsoft.Extensions.AI.</summary>
public sealed class PipelineTests
{
    private static readonly ChatMessage User = new(ChatRole.User, "Hi");

    [Fact]
    public async Task GetResponse_OfAType_ReadsTheAnswerDespiteThoughtAndPreamble()
    {
        ScriptedTokenGenerator engine = Scripts.Engine(
            Scripts.Thought + "<|channel|>commentary<|message|>I will look.<|end|><|start|>assistant"
            + "<|channel|>final<|message|>{\"city\":\"Oslo\",\"degrees\":4}<|return|>");
        ChatResponse<Forecast> response = await engine.AsIChatClient().GetResponseAsync<Forecast>("Hi");

        Assert.Equal(new Forecast("Oslo", 4), response.Result);
        Assert.Contains("# Response Formats\n\n## Forecast\n", engine.Prompt(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task UseOpenTelemetry_OfATurn_ReportsIt(bool streams)
    {
        string source = Guid.NewGuid().ToString();
        var activities = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = one => one.Name == source,
            Sample = static (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = activities.Add,
        };
        ActivitySource.AddActivityListener(listener);
        using IChatClient client = Scripts.Engine(Scripts.Call).AsIChatClient()
            .AsBuilder().UseOpenTelemetry(sourceName: source, configure: static one => one.EnableSensitiveData = true).Build();
        ChatOptions options = new Weather().Options;
        _ = streams ? (await client.StreamAsync([User], options)).ToChatResponse() : await client.GetResponseAsync([User], options);

        Activity activity = Assert.Single(activities);
        Assert.Equal("harmony", activity.GetTagItem("gen_ai.provider.name"));
        Assert.Equal("gpt-oss", activity.GetTagItem("gen_ai.response.model"));
        Assert.NotNull(activity.GetTagItem("gen_ai.usage.input_tokens"));
        Assert.Contains("Oslo", (string)activity.GetTagItem("gen_ai.output.messages")!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task UseDistributedCache_OfARepeatedTurn_KeepsTheIds(bool streams)
    {
        ScriptedTokenGenerator engine = Scripts.Engine(Scripts.Call, Scripts.Answer);
        var storage = new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions()));
        using IChatClient client = engine.AsIChatClient().AsBuilder().UseDistributedCache(storage).Build();
        ChatOptions options = new Weather().Options;
        await AskAsync();
        ChatResponse cached = await AskAsync();

        Assert.Single(engine.Requests);
        string id = cached.Messages[^1].Contents.OfType<FunctionCallContent>().Single().CallId;
        await client.GetResponseAsync(
            [User, .. cached.Messages, new ChatMessage(ChatRole.Tool, [new FunctionResultContent(id, "rain")])], options);
        Assert.StartsWith(engine.Prompt(0) + Scripts.Call, engine.Prompt(1), StringComparison.Ordinal);

        async Task<ChatResponse> AskAsync() => streams
            ? (await client.StreamAsync([User], options)).ToChatResponse()
            : await client.GetResponseAsync([User], options);
    }

    private sealed record Forecast(string City, int Degrees);
}
