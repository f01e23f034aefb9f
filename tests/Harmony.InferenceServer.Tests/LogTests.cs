using Harmony.Engines;
using InferenceServer.Support;

namespace InferenceServer;

public sealed class LogTests
{
    private const string Secret = "zanzibar";

    [Theory]
    [InlineData("false", false)]
    [InlineData("true", true)]
    public async Task Post_TextsInTheLog_OnlyIfAskedFor(string logText, bool hasText)
    {
        var engine = new ScriptedTokenGenerator(
            static _ => Prompts.Ids($"<|channel|>final<|message|>{Secret} answer<|return|>"));
        await using TestServer server = await TestServer.StartAsync(engine, "--log-text", logText);

        foreach (string stream in (string[])["true", "false"])
        {
            using HttpResponseMessage chat = await server.PostAsync(
                Prompts.Chat, Prompts.Ask($"{Secret} prompt", stream == "true"));
            await chat.Content.ReadAsStringAsync(TestServer.Cancelled);
            using HttpResponseMessage response = await server.PostAsync(
                Prompts.Responses, $$"""{"input":"{{Secret}} prompt","stream":{{stream}}}""");
            await response.Content.ReadAsStringAsync(TestServer.Cancelled);
        }

        await server.AskAsync(Prompts.Chat, $$"""{"messages":[{"role":"{{Secret}}","content":"{{Secret}}"}]}""");
        await server.AskAsync(Prompts.Chat, $$"""{"{{Secret}}":{{Secret}}""");
        await server.StopAsync();

        string all = string.Join('\n', server.Log.Lines);
        Assert.Contains("/v1/chat/completions", all, StringComparison.Ordinal);
        Assert.Equal(hasText, all.Contains($"{Secret} prompt", StringComparison.Ordinal));
        Assert.Equal(hasText, all.Contains($"{Secret} answer", StringComparison.Ordinal));
        Assert.Equal(hasText, all.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Post_AnEngineRepeatsThePromptInAnError_StaysOutOfTheLog()
    {
        var engine = new SteppedGenerator();
        await using TestServer server = await TestServer.StartAsync(engine);
        engine.Fail(TokenGenerationError.Unknown);

        await server.AskAsync(Prompts.Chat, Prompts.Ask());
        await server.StopAsync();

        string all = string.Join('\n', server.Log.Lines);
        Assert.Contains("The engine failed: Unknown", all, StringComparison.Ordinal);
        Assert.DoesNotContain("secret prompt", all, StringComparison.Ordinal);
    }
}
