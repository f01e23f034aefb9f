using System.Net;
using System.Text.Json;
using Harmony.Engines.Tests.Support;

namespace Harmony.Engines.Tests.Http;

/// <summary>Streams in the forms that SGLang's source has.</summary>
public sealed class SglangGeneratorTests
{
    private const string Stop = """{"type":"stop","matched":200002}""";

    [Fact]
    public async Task GenerateAsync_CumulativeIds_BecomeDeltas()
    {
        ScriptedServer server = new ScriptedServer().Stream(
            Event("[200005]", 1), Event("[200005,17196]", 2), Event("[200005,17196,200008,200002]", 4, Stop), "[DONE]");

        (int[] ids, TokenChunk last, _) = await new SglangGenerator(server.Client).ReadAsync();

        Assert.Equal([200005, 17196, 200008, 200002], ids);
        Assert.Equal((TokenFinishReason.Stop, 5), (last.FinishReason, last.CachedPromptTokens));
    }

    [Fact]
    public async Task GenerateAsync_Increments_AreJoined()
    {
        ScriptedServer server = new ScriptedServer().Stream(
            Event("[200005]", 1), Event("[200005]", 2), Event("[17196,200008]", 4), Event("[200002]", 5, Stop),
            "[DONE]");

        (int[] ids, _, _) = await new SglangGenerator(server.Client).ReadAsync();

        Assert.Equal([200005, 200005, 17196, 200008, 200002], ids);
    }

    [Theory]
    [InlineData("[200005,17196]")]
    [InlineData("[17196]")]
    public async Task GenerateAsync_StopIdLeftOut_IsAppended(string second)
    {
        ScriptedServer server = new ScriptedServer().Stream(Event("[200005]", 1), Event(second, 3, Stop), "[DONE]");

        (int[] ids, TokenChunk last, _) = await new SglangGenerator(server.Client).ReadAsync();

        Assert.Equal([200005, 17196, 200002], ids);
        Assert.Equal(TokenFinishReason.Stop, last.FinishReason);
    }

    [Theory]
    [InlineData("[200005,17196,200002]")]
    [InlineData("[17196,200002]")]
    public async Task GenerateAsync_IdsCountedButCutOffAtTheEnd_AreNoError(string second)
    {
        ScriptedServer server = new ScriptedServer().Stream(Event("[200005]", 1), Event(second, 5, Stop), "[DONE]");

        (int[] ids, TokenChunk last, _) = await new SglangGenerator(server.Client).ReadAsync();

        Assert.Equal([200005, 17196, 200002], ids);
        Assert.Equal(TokenFinishReason.Stop, last.FinishReason);
    }

    [Fact]
    public async Task GenerateAsync_CountsThatDoNotFit_AreAnError()
    {
        ScriptedServer server = new ScriptedServer().Stream(Event("[1,2,3]", 3), Event("[1]", 9), "[DONE]");

        TokenGenerationException error = await new SglangGenerator(server.Client).FailAsync();

        Assert.Equal(TokenGenerationError.InvalidResponse, error.Error);
        Assert.Equal("The server counts 9 ids, but sent 1 after 3.", error.Message);
    }

    [Theory]
    [InlineData("""{"type":"length","length":1}""", TokenFinishReason.Length)]
    [InlineData("""{"type":"abort"}""", TokenFinishReason.Aborted)]
    public async Task GenerateAsync_OtherEnds_AreTold(string finish, TokenFinishReason expected)
    {
        ScriptedServer server = new ScriptedServer().Stream(Event("[200005]", 1, finish), "[DONE]");

        (_, TokenChunk last, _) = await new SglangGenerator(server.Client).ReadAsync();

        Assert.Equal(expected, last.FinishReason);
    }

    [Fact]
    public async Task GenerateAsync_AbortWithAStatus_IsThrown()
    {
        ScriptedServer server = new ScriptedServer().Stream(
            Event("[]", 0, """{"type":"abort","message":"The input (5000 tokens) is longer than the model's context length (4096 tokens).","status_code":400,"err_type":"BadRequestError"}"""));

        TokenGenerationException error = await new SglangGenerator(server.Client).FailAsync();

        Assert.Equal(TokenGenerationError.ContextLengthExceeded, error.Error);
        Assert.Equal((5000, 4096, "BadRequestError"), (error.PromptTokens, error.ContextSize, error.ServerErrorType));
    }

    [Fact]
    public async Task GenerateAsync_ErrorInTheStream_IsThrown()
    {
        ScriptedServer server = new ScriptedServer().Stream(Event("[200005]", 1), """{"error":{"message":"No room"}}""", "[DONE]");

        TokenGenerationException error = await new SglangGenerator(server.Client).FailAsync();

        Assert.Equal(("No room", TokenGenerationError.Unknown), (error.Message, error.Error));
    }

    [Fact]
    public async Task GenerateAsync_CumulativeProbabilities_BecomeDeltas()
    {
        ScriptedServer server = new ScriptedServer().Stream(
            """{"output_ids":[5],"meta_info":{"completion_tokens":1,"finish_reason":null,"output_token_logprobs":[[-0.5,5,null]],"output_top_logprobs":[[[-0.5,5,null],[-1.5,9,null]]]}}""",
            """{"output_ids":[5,6],"meta_info":{"completion_tokens":2,"finish_reason":{"type":"length"},"output_token_logprobs":[[-0.5,5,null],[-0.25,6,null]],"output_top_logprobs":[[[-0.5,5,null]],null]}}""",
            "[DONE]");

        var (_, _, read) = await new SglangGenerator(server.Client).ReadAsync(
            Reading.Prompt with { LogProbabilities = 2 });

        Assert.Equal([(5, -0.5), (6, -0.25)], read.Select(static one => (one.Id, one.LogProbability)));
        Assert.Equal([5, 9], read[0].Top.Select(static one => one.Id));
        Assert.True(server.Bodies[0].GetProperty("return_logprob").GetBoolean());
    }

    [Fact]
    public async Task GenerateAsync_Settings_AreTheServersMembers()
    {
        ScriptedServer server = new ScriptedServer().Stream(Event("[200002]", 1, Stop), "[DONE]");

        await new SglangGenerator(server.Client).ReadAsync(
            Reading.Prompt with { Seed = 3, TopP = 0.9, Constraint = TokenConstraint.JsonSchema("{}") });

        JsonElement body = server.Bodies[0];
        JsonElement sampling = body.GetProperty("sampling_params");
        Assert.Equal("/generate", server.Requests[0].RequestUri!.AbsolutePath);
        Assert.Equal(7, body.GetProperty("input_ids").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, sampling.GetProperty("max_new_tokens").ValueKind);
        Assert.True(sampling.GetProperty("no_stop_trim").GetBoolean());
        Assert.Equal(3, sampling.GetProperty("sampling_seed").GetInt32());
        Assert.Equal(0.9, sampling.GetProperty("top_p").GetDouble());
        Assert.Equal("{}", sampling.GetProperty("json_schema").GetString());
    }

    [Fact]
    public async Task GenerateAsync_Refusal_IsTheServersError()
    {
        ScriptedServer server = new ScriptedServer().Answer(HttpStatusCode.BadRequest, """{"error":{"message":"Bad ids"}}""");

        TokenGenerationException error = await new SglangGenerator(server.Client).FailAsync();

        Assert.Equal(("Bad ids", TokenGenerationError.InvalidRequest), (error.Message, error.Error));
    }

    private static string Event(string ids, int total, string finish = "null") =>
        $$$"""{"output_ids":{{{ids}}},"meta_info":{"finish_reason":{{{finish}}},"completion_tokens":{{{total}}},"cached_tokens":5}}""";
}
