using System.ClientModel;
using System.Text;
using OpenAI.Responses;

namespace Harmony.OpenAI.Tests;

/// <summary>The official client's requests are read, and it reads the responses.</summary>
public sealed class ResponsesClientTests
{
    private static readonly BinaryData Parameters = BinaryData.FromString(
        """{"type":"object","properties":{"place":{"type":"string"}}}""");

    [Fact]
    public void CreateResponse_AnAnswer_IsRead()
    {
        var server = new ScriptedServer(Answers.Hello);

        ResponseResult response = Client(server).CreateResponse(new CreateResponseOptions
        {
            Model = "gpt-oss-20b",
            Instructions = "Be brief.",
            InputItems = { global::OpenAI.Responses.ResponseItem.CreateUserMessageItem("Ahoy!") },
            MaxOutputTokenCount = 50,
            ReasoningOptions = new ResponseReasoningOptions
            {
                ReasoningEffortLevel = ResponseReasoningEffortLevel.Low,
            },
        });

        Assert.Equal("resp_1", response.Id);
        Assert.Equal(ResponseStatus.Completed, response.Status);
        Assert.Equal("Ahoy, wörld!", response.GetOutputText());
        Assert.IsType<ReasoningResponseItem>(response.OutputItems[0]);
        Assert.Equal(100, response.Usage.InputTokenCount);
        Assert.Equal(60, response.Usage.InputTokenDetails.CachedTokenCount);
        Assert.Equal(3, response.Usage.OutputTokenDetails.ReasoningTokenCount);
        Assert.Equal(50, server.Prompt!.MaxTokens);
        Assert.EndsWith(
            "<|start|>developer<|message|># Instructions\n\nBe brief.<|end|>"
            + "<|start|>user<|message|>Ahoy!<|end|><|start|>assistant",
            Answers.Text(server.Prompt),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task CreateResponseStreaming_AnAnswer_IsRead(int pushLength)
    {
        var server = new ScriptedServer(Answers.Hello) { PushLength = pushLength };
        var text = new StringBuilder();
        var reasoning = new StringBuilder();
        ResponseResult? whole = null;
        int next = 0;

        await foreach (StreamingResponseUpdate update in await Client(server)
            .CreateResponseStreamingAsync(Ask("Ahoy!")))
        {
            Assert.Equal(next++, update.SequenceNumber);
            switch (update)
            {
                case StreamingResponseOutputTextDeltaUpdate delta:
                    Assert.Equal(("msg_1_1", 1, 0), (delta.ItemId, delta.OutputIndex, delta.ContentIndex));
                    text.Append(delta.Delta);
                    break;
                case StreamingResponseReasoningTextDeltaUpdate delta:
                    Assert.Equal(("rs_1_0", 0, 0), (delta.ItemId, delta.OutputIndex, delta.ContentIndex));
                    reasoning.Append(delta.Delta);
                    break;
                case StreamingResponseCompletedUpdate completed:
                    whole = completed.Response;
                    break;
            }
        }

        Assert.Equal(("A greeting.", "Ahoy, wörld!"), (reasoning.ToString(), text.ToString()));
        Assert.Equal("Ahoy, wörld!", whole!.GetOutputText());
        Assert.Equal(3, whole.Usage.OutputTokenDetails.ReasoningTokenCount);
    }

    [Fact]
    public async Task CreateResponseStreaming_ACallAndItsResult_AreTheNextPrompt()
    {
        var server = new ScriptedServer(Answers.Call, Answers.Hello);
        ResponsesClient client = Client(server);
        CreateResponseOptions question = Ask("Rain?");
        var arguments = new StringBuilder();
        FunctionCallResponseItem? call = null;

        await foreach (StreamingResponseUpdate update in await client.CreateResponseStreamingAsync(question))
        {
            if (update is StreamingResponseFunctionCallArgumentsDeltaUpdate delta)
            {
                arguments.Append(delta.Delta);
            }
            else if (update is StreamingResponseOutputItemDoneUpdate { Item: FunctionCallResponseItem item })
            {
                call = item;
            }
        }

        CreateResponseOptions result = Ask(
            global::OpenAI.Responses.ResponseItem.CreateFunctionCallOutputItem(call!.CallId, "Sunny."));
        result.PreviousResponseId = "resp_1";
        string? answer = null;
        await foreach (StreamingResponseUpdate update in await client.CreateResponseStreamingAsync(result))
        {
            answer = (update as StreamingResponseCompletedUpdate)?.Response.GetOutputText() ?? answer;
        }

        Assert.Equal("get-weather", call.FunctionName);
        Assert.Equal("""{"place":"Oslo"}""", call.FunctionArguments.ToString());
        Assert.Equal("""{"place":"Oslo"}""", arguments.ToString());
        Assert.Equal("Ahoy, wörld!", answer);

        // The stored turn is in the prompt as it was sampled.
        Assert.EndsWith(
            "<|start|>user<|message|>Rain?<|end|><|start|>assistant" + Answers.Call
            + "<|start|>functions.get_weather to=assistant<|channel|>commentary<|message|>Sunny.<|end|>"
            + "<|start|>assistant",
            Answers.Text(server.Prompt!),
            StringComparison.Ordinal);
    }

    [Fact]
    public void CreateResponse_AResponseThatIsNotStored_IsNotFound()
    {
        var server = new ScriptedServer(Answers.Hello);
        CreateResponseOptions options = Ask("Ahoy!");
        options.StreamingEnabled = false;
        options.PreviousResponseId = "resp_7";

        ClientResultException refusal = Assert.Throws<ClientResultException>(
            () => Client(server).CreateResponse(options));

        Assert.Equal(400, refusal.Status);
        Assert.Contains("previous_response_id", refusal.Message, StringComparison.Ordinal);
    }

    private static CreateResponseOptions Ask(string text) =>
        Ask(global::OpenAI.Responses.ResponseItem.CreateUserMessageItem(text));

    private static CreateResponseOptions Ask(global::OpenAI.Responses.ResponseItem item) => new()
    {
        Model = "gpt-oss-20b",
        StreamingEnabled = true,
        InputItems = { item },
        Tools =
        {
            global::OpenAI.Responses.ResponseTool.CreateFunctionTool(
                "get-weather", Parameters, false, "The weather."),
        },
    };

    private static ResponsesClient Client(ScriptedServer server) => new(server.Key, server.ResponsesOptions);
}
