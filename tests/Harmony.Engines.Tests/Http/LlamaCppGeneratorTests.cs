using System.Net;
using System.Text.Json;
using Harmony.Core;
using Harmony.Engines.Tests.Support;

namespace Harmony.Engines.Tests.Http;

/// <summary>Responses of a real server, recorded, and served again by a socket.</summary>
public sealed class LlamaCppGeneratorTests
{
    private static readonly int[] Call =
    [
        200005, 35644, 200008, 23483, 11122, 26, 1199, 4584, 13, 200007, 200006, 173781, 200005, 12606, 815,
        316, 28, 44580, 775, 170154, 220, 200003, 4108, 200008, 10848, 7693, 7534, 72782, 18583, 200012,
    ];

    [Fact]
    public async Task GenerateAsync_RecordedStream_GivesItsIds()
    {
        (int[] ids, TokenChunk last, _) = await ReplayAsync("stream.http");

        Assert.Equal(Call, ids);
        Assert.Equal((TokenFinishReason.Stop, 116), (last.FinishReason, last.CachedPromptTokens));
    }

    [Fact]
    public async Task GenerateAsync_RecordedLimitWithProbabilities_GivesBoth()
    {
        var (ids, last, probabilities) = await ReplayAsync("limit-probs-stream.http");

        Assert.Equal(Call[..5], ids);
        Assert.Equal(TokenFinishReason.Length, last.FinishReason);
        Assert.Equal(ids, probabilities.Select(static one => one.Id));
        Assert.Equal(-0.030382923781871796, probabilities[1].LogProbability);
        Assert.Equal([35644, 12606], probabilities[1].Top.Select(static one => one.Id));
        Assert.Equal(-3.5370051860809326, probabilities[1].Top[1].LogProbability);
    }

    [Fact]
    public async Task GenerateAsync_RecordedRefusal_IsTheServersError()
    {
        var error = await Assert.ThrowsAsync<TokenGenerationException>(() => ReplayAsync("bad.http"));

        Assert.Equal(TokenGenerationError.InvalidRequest, error.Error);
        Assert.Equal("Prompt contains invalid tokens", error.Message);
        Assert.Equal("invalid_request_error", error.ServerErrorType);
        Assert.Equal(HttpStatusCode.BadRequest, error.StatusCode);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task GenerateAsync_RecordedPromptThatIsTooLong_NamesBothCounts()
    {
        var error = await Assert.ThrowsAsync<TokenGenerationException>(() => ReplayAsync("toolong.http"));

        Assert.Equal(TokenGenerationError.ContextLengthExceeded, error.Error);
        Assert.Equal((5000, 4096), (error.PromptTokens, error.ContextSize));
    }

    [Fact]
    public async Task RunAsync_RecordedStream_IsAThoughtAndACall()
    {
        using var server = new SocketServer();
        Task serving = server.ReplayAsync("stream.http");
        using var http = new HttpClient { BaseAddress = server.Address };

        TurnResult result = await new TurnRunner(new LlamaCppGenerator(http)).RunToEndAsync([Message.User("Weather?")]);
        await serving;

        Assert.Equal(TurnFinishReason.ToolCalls, result.FinishReason);
        Assert.Equal(
            ["Need weather; use tool.", "{\"location\":\"Paris\"}"],
            result.Messages.Select(static one => one.Text));
        Assert.Equal(116, result.CachedPromptTokens);
    }

    [Fact]
    public async Task GenerateAsync_Settings_AreTheServersMembers()
    {
        ScriptedServer server = new ScriptedServer().Stream("""{"tokens":[200002],"stop":true,"stop_type":"eos"}""");
        var generator = new LlamaCppGenerator(server.Client, new HttpGeneratorOptions
        {
            WriteMembers = static (json, _) => json.WriteNumber("id_slot", 3),
        });

        await generator.ReadAsync(Reading.Prompt with
        {
            MaxTokens = 9,
            Temperature = 0.5,
            Seed = 7,
            LogProbabilities = 0,
            Constraint = TokenConstraint.JsonSchema("""{"type":"object"}"""),
        });

        JsonElement body = server.Bodies[0];
        Assert.Equal("/completion", server.Requests[0].RequestUri!.AbsolutePath);
        Assert.Equal(
            Reading.Prompt.PromptIds.ToArray(),
            body.GetProperty("prompt").EnumerateArray().Select(static id => id.GetInt32()));
        Assert.Equal(0.5, body.GetProperty("temperature").GetDouble());
        Assert.Equal((9, 7), (Int(body, "n_predict"), Int(body, "seed")));
        Assert.Equal((0, 1, 0), (Int(body, "top_k"), Int(body, "top_p"), Int(body, "min_p")));
        Assert.Equal((1, 3), (Int(body, "n_probs"), Int(body, "id_slot")));
        Assert.Equal("object", body.GetProperty("json_schema").GetProperty("type").GetString());
        Assert.True(body.GetProperty("return_tokens").GetBoolean());
    }

    [Fact]
    public async Task GenerateAsync_ErrorInTheStream_IsThrown()
    {
        ScriptedServer server = new ScriptedServer().Stream(
            """{"tokens":[200005],"stop":false}""", """{"error":{"code":500,"message":"Out of memory","type":"server_error"}}""");

        TokenGenerationException error = await new LlamaCppGenerator(server.Client).FailAsync();

        Assert.Equal(
            ("Out of memory", "server_error", 1),
            (error.Message, error.ServerErrorType, error.CompletionTokens));
    }

    private static async Task<(int[] Ids, TokenChunk Last, List<TokenLogProbability> Probabilities)> ReplayAsync(
        string file)
    {
        using var server = new SocketServer();
        Task serving = server.ReplayAsync(file);
        using var http = new HttpClient { BaseAddress = server.Address };
        try
        {
            return await new LlamaCppGenerator(http).ReadAsync();
        }
        finally
        {
            await serving;
        }
    }

    private static int Int(JsonElement body, string name) => body.GetProperty(name).GetInt32();
}
