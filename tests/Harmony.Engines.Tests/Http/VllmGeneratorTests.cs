using System.Net;
using System.Text.Json;
using Harmony.Engines.Tests.Support;

namespace Harmony.Engines.Tests.Http;

/// <summary>Streams in the forms that vLLM's source has.</summary>
public sealed class VllmGeneratorTests
{
    private const string Usage =
        """{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":5}}}""";

    [Fact]
    public async Task GenerateAsync_Deltas_AreJoined()
    {
        ScriptedServer server = new ScriptedServer().Stream(
            """{"object":"text_completion","choices":[{"index":0,"text":"","token_ids":[200005],"prompt_token_ids":[200006,1428],"finish_reason":null}]}""",
            """{"choices":[{"index":0,"text":"x","token_ids":[17196,200008],"logprobs":null,"finish_reason":null,"stop_reason":null}],"usage":null}""",
            """{"choices":[{"index":0,"text":"","token_ids":[200002],"finish_reason":"stop","stop_reason":200002}]}""",
            Usage, "[DONE]");

        (int[] ids, TokenChunk last, _) = await new VllmGenerator(server.Client).ReadAsync();

        Assert.Equal([200005, 17196, 200008, 200002], ids);
        Assert.Equal((TokenFinishReason.Stop, 5), (last.FinishReason, last.CachedPromptTokens));
    }

    [Theory]
    [InlineData("200012", new[] { 200005, 17196, 200012 })]
    [InlineData("null", new[] { 200005, 17196 })]
    public async Task GenerateAsync_StopIdLeftOut_IsAppendedIfNamed(string named, int[] expected)
    {
        ScriptedServer server = new ScriptedServer().Stream(
            $$"""{"choices":[{"token_ids":[200005,17196],"finish_reason":"stop","stop_reason":{{named}}}]}""",
            "[DONE]");

        (int[] ids, TokenChunk last, _) = await new VllmGenerator(server.Client).ReadAsync();

        Assert.Equal(expected, ids);
        Assert.Equal(TokenFinishReason.Stop, last.FinishReason);
    }

    [Theory]
    [InlineData("length", TokenFinishReason.Length)]
    [InlineData("abort", TokenFinishReason.Aborted)]
    public async Task GenerateAsync_OtherEnds_AreTold(string reason, TokenFinishReason expected)
    {
        ScriptedServer server = new ScriptedServer().Stream(
            $$"""{"choices":[{"token_ids":[200005],"finish_reason":"{{reason}}","stop_reason":null}]}""", "[DONE]");

        (int[] ids, TokenChunk last, _) = await new VllmGenerator(server.Client).ReadAsync();

        Assert.Equal([200005], ids);
        Assert.Equal(expected, last.FinishReason);
    }

    [Theory]
    [InlineData("""{"choices":[{"index":0,"text":"Hi","finish_reason":null}]}""")]
    [InlineData("""{"choices":[{"index":0,"text":"Hi","finish_reason":"stop","stop_reason":200002}]}""")]
    [InlineData("""{"choices":[{"index":0,"text":"Hi","token_ids":null,"finish_reason":"stop"}]}""")]
    [InlineData("""{"choices":[{"index":0,"text":"","token_ids":[],"finish_reason":"stop"}]}""")]
    public async Task GenerateAsync_SampledWithoutIds_NamesTheWayOut(string payload)
    {
        ScriptedServer server = new ScriptedServer().Stream(payload, Usage, "[DONE]");

        TokenGenerationException error = await new VllmGenerator(server.Client).FailAsync();

        Assert.Equal(TokenGenerationError.InvalidResponse, error.Error);
        Assert.Equal(
            "The server at engine:1234 sampled ids and sent none. Use a version that sends them: of vLLM, one that "
            + "knows return_token_ids.",
            error.Message);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task GenerateAsync_StopIdAlone_IsNoError()
    {
        ScriptedServer server = new ScriptedServer().Stream(
            """{"choices":[{"index":0,"text":"","token_ids":[],"finish_reason":"stop","stop_reason":200002}]}""",
            """{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":1}}""",
            "[DONE]");

        (int[] ids, TokenChunk last, _) = await new VllmGenerator(server.Client).ReadAsync();

        Assert.Equal([200002], ids);
        Assert.Equal(TokenFinishReason.Stop, last.FinishReason);
    }

    [Fact]
    public async Task GenerateAsync_GenerateRoute_SpeaksIds()
    {
        ScriptedServer server = new ScriptedServer().Stream(
            """{"request_id":"a","choices":[{"index":0,"token_ids":[200005]}]}""",
            """{"request_id":"a","choices":[{"index":0,"token_ids":[17196,200002],"finish_reason":"stop"}]}""",
            Usage, "[DONE]");
        var options = new HttpGeneratorOptions
        {
            Model = "gpt-oss",
            BaseAddress = new Uri("http://router/pool"),
            SessionHeader = "X-Session-ID",
        };

        var generator = new VllmGenerator(server.Client, options, VllmRoute.Generate);
        (int[] ids, TokenChunk last, _) = await generator.ReadAsync(Reading.Prompt with
        {
            CacheSalt = "salt",
            SessionId = "s1",
            Constraint = TokenConstraint.Grammar("root ::= x"),
        });

        Assert.Equal([200005, 17196, 200002], ids);
        Assert.Equal((TokenFinishReason.Stop, 5), (last.FinishReason, last.CachedPromptTokens));
        JsonElement body = server.Bodies[0];
        JsonElement sampling = body.GetProperty("sampling_params");
        Assert.Equal("http://router/pool/inference/v1/generate", server.Requests[0].RequestUri!.AbsoluteUri);
        Assert.Equal("s1", server.Requests[0].Headers.GetValues("X-Session-ID").Single());
        Assert.Equal(7, body.GetProperty("token_ids").GetArrayLength());
        Assert.Equal("salt", body.GetProperty("cache_salt").GetString());
        Assert.Equal("gpt-oss", body.GetProperty("model").GetString());
        Assert.Equal(JsonValueKind.Null, sampling.GetProperty("max_tokens").ValueKind);
        Assert.Equal(2, sampling.GetProperty("stop_token_ids").GetArrayLength());
        Assert.Equal("root ::= x", sampling.GetProperty("structured_outputs").GetProperty("grammar").GetString());
    }

    [Fact]
    public async Task GenerateAsync_CompletionsRoute_AsksForIds()
    {
        ScriptedServer server = new ScriptedServer().Stream("""{"choices":[{"token_ids":[200002],"finish_reason":"stop"}]}""", "[DONE]");

        await new VllmGenerator(server.Client).ReadAsync(Reading.Prompt with { MaxTokens = 5, LogProbabilities = 2 });

        JsonElement body = server.Bodies[0];
        Assert.Equal("/v1/completions", server.Requests[0].RequestUri!.AbsolutePath);
        Assert.True(body.GetProperty("return_token_ids").GetBoolean());
        Assert.False(body.GetProperty("add_special_tokens").GetBoolean());
        Assert.False(body.GetProperty("skip_special_tokens").GetBoolean());
        Assert.Equal((5, 2), (body.GetProperty("max_tokens").GetInt32(), body.GetProperty("logprobs").GetInt32()));
        Assert.False(body.TryGetProperty("temperature", out _));
    }

    [Theory]
    [InlineData("""{"tokens":["token_id:5"],"token_logprobs":[-0.5],"top_logprobs":[{"token_id:9":-1.5,"token_id:5":-0.5}]}""")]
    [InlineData("""{"content":[{"token":"token_id:5","logprob":-0.5,"top_logprobs":[{"token":"token_id:5","logprob":-0.5},{"token":"token_id:9","logprob":-1.5}]}]}""")]
    public async Task GenerateAsync_Probabilities_AreReadInBothForms(string probabilities)
    {
        ScriptedServer server = new ScriptedServer().Stream(
            $$"""{"choices":[{"token_ids":[5],"logprobs":{{probabilities}},"finish_reason":"length"}]}""", "[DONE]");

        var (_, _, read) = await new VllmGenerator(server.Client).ReadAsync();

        TokenLogProbability one = Assert.Single(read);
        Assert.Equal((5, -0.5), (one.Id, one.LogProbability));
        Assert.Equal([(5, -0.5), (9, -1.5)], one.Top.Select(static top => (top.Id, top.LogProbability)));
    }

    [Theory]
    [InlineData("""{"error":{"message":"This model's maximum context length is 4096 tokens. However, your request has 5000 input tokens.","type":"BadRequestError","param":null,"code":400}}""")]
    [InlineData("""{"object":"error","message":"This model's maximum context length is 4096 tokens. However, you requested 5120 tokens (5000 in the messages, 120 in the completion).","type":"BadRequestError","code":400}""")]
    public async Task GenerateAsync_PromptTooLong_IsTheServersError(string body)
    {
        ScriptedServer server = new ScriptedServer().Answer(HttpStatusCode.BadRequest, body);

        TokenGenerationException error = await new VllmGenerator(server.Client).FailAsync();

        Assert.Equal(TokenGenerationError.ContextLengthExceeded, error.Error);
        Assert.Equal((5000, 4096, "BadRequestError"), (error.PromptTokens, error.ContextSize, error.ServerErrorType));
        Assert.StartsWith("This model's maximum context length", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GenerateAsync_SchemaThatIsNoJson_IsRefused()
    {
        foreach (string schema in (string[])["{oops", "{\"title\":\"\ud800\"}"])
        {
            TokenGenerationException error = await new VllmGenerator(new ScriptedServer().Client).FailAsync(
                Reading.Prompt with { Constraint = TokenConstraint.JsonSchema(schema) });

            Assert.Equal(TokenGenerationError.InvalidRequest, error.Error);
        }
    }

    [Theory]
    [InlineData("""{"error":{"message":"Engine died","type":"InternalServerError","code":500}}""")]
    [InlineData("""{"object":"error","message":"Engine died","type":"InternalServerError","code":500}""")]
    public async Task GenerateAsync_ErrorInTheStream_IsThrown(string payload)
    {
        ScriptedServer server = new ScriptedServer().Stream("""{"choices":[{"token_ids":[200005]}]}""", payload, "[DONE]");

        TokenGenerationException error = await new VllmGenerator(server.Client).FailAsync();

        Assert.Equal(
            ("Engine died", "InternalServerError", 1),
            (error.Message, error.ServerErrorType, error.CompletionTokens));
        Assert.Equal(HttpStatusCode.InternalServerError, error.StatusCode);
    }

    [Fact]
    public async Task GenerateAsync_ValidationError_DoesNotRepeatTheInput()
    {
        ScriptedServer server = new ScriptedServer().Answer(
            HttpStatusCode.UnprocessableEntity, """{"detail":[{"loc":["body"],"msg":"Input should be a valid list","input":"secret"}]}""");

        TokenGenerationException error = await new VllmGenerator(server.Client).FailAsync();

        Assert.Equal("Input should be a valid list", error.Message);
    }
}
