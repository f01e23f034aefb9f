using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using Harmony.Engines;
using InferenceServer.Support;
using OpenAI.Responses;

namespace InferenceServer;

/// <summary>OpenAI's own client of Responses, over a socket.</summary>
public sealed class OpenAIResponsesClientTests
{
    [Fact]
    public async Task CreateResponseStreaming_AnAnswer_IsRead()
    {
        await using TestServer server = await TestServer.StartAsync(
            ScriptedTokenGenerator.FromText(Prompts.Hello));
        var text = new StringBuilder();
        var reasoning = new StringBuilder();
        ResponseResult? whole = null;
        int next = 0;
        CreateResponseOptions question = Ask("Ahoy!");
        question.StreamingEnabled = true;

        await foreach (StreamingResponseUpdate update in await Client(server)
            .CreateResponseStreamingAsync(question, TestServer.Cancelled))
        {
            Assert.Equal(next++, update.SequenceNumber);
            text.Append((update as StreamingResponseOutputTextDeltaUpdate)?.Delta);
            reasoning.Append((update as StreamingResponseReasoningTextDeltaUpdate)?.Delta);
            whole = (update as StreamingResponseCompletedUpdate)?.Response ?? whole;
        }

        Assert.Equal(("A greeting.", "Ahoy, wörld!"), (reasoning.ToString(), text.ToString()));
        Assert.Equal("Ahoy, wörld!", whole!.GetOutputText());
    }

    [Fact]
    public async Task CreateResponse_AToolLoop_GoesOnByItsId()
    {
        var engine = ScriptedTokenGenerator.FromText(Prompts.Call, Prompts.Hello);
        await using TestServer server = await TestServer.StartAsync(engine);
        ResponsesClient client = Client(server);
        CreateResponseOptions question = Ask("Rain?");
        question.Tools.Add(Tool());

        ResponseResult first = await client.CreateResponseAsync(question, TestServer.Cancelled);
        FunctionCallResponseItem call = first.OutputItems.OfType<FunctionCallResponseItem>().Single();
        var result = new CreateResponseOptions
        {
            Model = "gpt-oss-20b",
            PreviousResponseId = first.Id,
            InputItems = { ResponseItem.CreateFunctionCallOutputItem(call.CallId, "Sunny.") },
            Tools = { Tool() },
        };
        ResponseResult second = await client.CreateResponseAsync(result, TestServer.Cancelled);

        Assert.Equal(
            ("get_weather", """{"place":"Oslo"}"""), (call.FunctionName, call.FunctionArguments.ToString()));
        Assert.Equal("Ahoy, wörld!", second.GetOutputText());
        int[] before = [.. engine.Requests[0].PromptIds.Span, .. Prompts.Ids(Prompts.Call)];
        Assert.Equal(before, engine.Requests[1].PromptIds.ToArray()[..before.Length]);
    }

    [Fact]
    public async Task CreateResponse_AnUnknownId_IsRefused()
    {
        await using TestServer server = await TestServer.StartAsync(ScriptedTokenGenerator.FromText());
        CreateResponseOptions question = Ask("And?");
        question.PreviousResponseId = "resp_of_another_server";

        ClientResultException error = await Assert.ThrowsAsync<ClientResultException>(
            () => Client(server).CreateResponseAsync(question, TestServer.Cancelled));

        Assert.Equal(400, error.Status);
        Assert.Contains("previous_response_not_found", error.Message, StringComparison.Ordinal);
    }

    private static FunctionTool Tool() => ResponseTool.CreateFunctionTool(
        "get_weather",
        BinaryData.FromString("""{"type":"object","properties":{"place":{"type":"string"}}}"""),
        strictModeEnabled: false);

    private static CreateResponseOptions Ask(string text) => new()
    {
        Model = "gpt-oss-20b",
        InputItems = { ResponseItem.CreateUserMessageItem(text) },
    };

    private static ResponsesClient Client(TestServer server) => new(
        new ApiKeyCredential("none"),
        new ResponsesClientOptions
        {
            Endpoint = new Uri(server.Address, "/v1"),
            RetryPolicy = new ClientRetryPolicy(0),
        });
}
