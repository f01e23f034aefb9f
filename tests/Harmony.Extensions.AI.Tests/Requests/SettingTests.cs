using Harmony.Engines;
using Harmony.Extensions.AI.Tests.Support;
using Microsoft.Extensions.AI;

namespace Harmony.Extensions.AI.Tests.Requests;

/// <summary>Sampling, limits, stop sequences, conversation ids.</summary>
public sealed class SettingTests
{
    [Fact]
    public async Task Request_OfSettings_HasThem()
    {
        TokenRequest request = await RequestAsync(new ChatOptions
        {
            Temperature = 0.7f,
            TopP = 0.9f,
            Seed = 5,
            MaxOutputTokens = 100,
            ConversationId = "chat 1",
            FrequencyPenalty = 0,
        });

        Assert.Equal((0.7, 0.9, 5L, 100), (request.Temperature, request.TopP, request.Seed, request.MaxTokens));
        Assert.Equal("chat 1", request.SessionId);
    }

    [Fact]
    public async Task Request_WithASessionOfItsOwn_HasThatOne()
    {
        TokenRequest request = await RequestAsync(new ChatOptions
        {
            ConversationId = "chat 1",
            AdditionalProperties = new() { [HarmonyProperties.SessionId] = "chat 2" },
        });

        Assert.Equal("chat 2", request.SessionId);
    }

    [Fact]
    public async Task Request_WithoutSettings_LeavesThemToTheEngine()
    {
        TokenRequest request = await RequestAsync(new ChatOptions());

        Assert.Null(request.Temperature);
        Assert.Null(request.MaxTokens);
        Assert.Null(request.SessionId);
    }

    [Fact]
    public async Task Request_WithRawOptions_BuildsOnThem()
    {
        TokenRequest request = await RequestAsync(new ChatOptions
        {
            RawRepresentationFactory = static _ => new TurnOptions { CacheSalt = "salt", Temperature = 0.5, CollectMessages = false },
            Temperature = 0,
        });

        Assert.Equal(("salt", 0.0), (request.CacheSalt, request.Temperature));
    }

    [Fact]
    public async Task Response_AtAStopSequence_EndsBeforeIt()
    {
        ChatResponse response = await Scripts.RunAsync(
            "<|channel|>final<|message|>One. Two. Three.<|return|>", streams: true, new ChatOptions { StopSequences = ["Two"] });

        Assert.Equal("One. ", response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
    }

    [Fact]
    public async Task Response_WithAConversationId_NamesNone()
    {
        // An id in the response would say that the engine keeps the history: callers would no longer send it.
        ChatResponse response = await Scripts.RunAsync(Scripts.Answer, streams: true, new ChatOptions { ConversationId = "chat 1" });

        Assert.Null(response.ConversationId);
    }

    [Theory]
    [InlineData("TopK")]
    [InlineData("FrequencyPenalty")]
    [InlineData("PresencePenalty")]
    [InlineData("ContinuationToken")]
    public async Task Request_WithWhatCannotBeCarried_IsRefused(string name)
    {
        ChatOptions options = name switch
        {
            "TopK" => new ChatOptions { TopK = 40 },
            "FrequencyPenalty" => new ChatOptions { FrequencyPenalty = 1 },
            "PresencePenalty" => new ChatOptions { PresencePenalty = 1 },
            _ => new ChatOptions { ContinuationToken = ResponseContinuationToken.FromBytes(new byte[1]) },
        };
        NotSupportedException e = await Assert.ThrowsAsync<NotSupportedException>(() => RequestAsync(options));

        Assert.Contains($"ChatOptions.{name}", e.Message, StringComparison.Ordinal);
    }

    private static async Task<TokenRequest> RequestAsync(ChatOptions options)
    {
        ScriptedTokenGenerator engine = Scripts.Engine(Scripts.Answer);
        await engine.AsIChatClient().GetResponseAsync("Hi", options);
        return engine.Requests[0];
    }
}
