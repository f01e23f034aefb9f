using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using Harmony.Engines;
using InferenceServer.Support;
using OpenAI;
using OpenAI.Chat;

namespace InferenceServer;

/// <summary>OpenAI's own client of Chat Completions, over a socket.</summary>
public sealed class OpenAIChatClientTests
{
    private static readonly ChatTool Weather = ChatTool.CreateFunctionTool(
        "get_weather", "The weather.", BinaryData.FromString(
            """{"type":"object","properties":{"place":{"type":"string"}}}"""));

    [Fact]
    public async Task CompleteChatStreaming_AnAnswer_IsRead()
    {
        await using TestServer server = await TestServer.StartAsync(
            ScriptedTokenGenerator.FromText(Prompts.Hello));
        var text = new StringBuilder();
        ChatFinishReason? reason = null;
        ChatTokenUsage? usage = null;

        await foreach (StreamingChatCompletionUpdate update in Client(server).CompleteChatStreamingAsync(
            [new UserChatMessage("Ahoy!")], cancellationToken: TestServer.Cancelled))
        {
            text.Append(string.Concat(update.ContentUpdate.Select(static part => part.Text)));
            reason = update.FinishReason ?? reason;
            usage = update.Usage ?? usage;
        }

        Assert.Equal("Ahoy, wörld!", text.ToString());
        Assert.Equal(ChatFinishReason.Stop, reason);
        Assert.Equal(Prompts.Ids(Prompts.Hello).Length, usage!.OutputTokenCount);
    }

    [Fact]
    public async Task CompleteChat_AToolLoop_EndsWithTheAnswer()
    {
        var engine = ScriptedTokenGenerator.FromText(Prompts.Call, Prompts.Hello);
        await using TestServer server = await TestServer.StartAsync(engine);
        ChatClient client = Client(server);
        var options = new ChatCompletionOptions { Tools = { Weather } };
        List<ChatMessage> messages = [new UserChatMessage("Rain?")];

        ChatCompletion call = await client.CompleteChatAsync(messages, options, TestServer.Cancelled);
        messages.Add(new AssistantChatMessage(call));
        messages.Add(new ToolChatMessage(call.ToolCalls[0].Id, "Sunny."));
        ChatCompletion answer = await client.CompleteChatAsync(messages, options, TestServer.Cancelled);

        Assert.Equal(ChatFinishReason.ToolCalls, call.FinishReason);
        Assert.Equal(
            ("get_weather", """{"place":"Oslo"}"""),
            (call.ToolCalls[0].FunctionName, call.ToolCalls[0].FunctionArguments.ToString()));
        Assert.Equal("Ahoy, wörld!", answer.Content[0].Text);

        // The client does not know reasoning, and the second prompt has it all the same.
        int[] before = [.. engine.Requests[0].PromptIds.Span, .. Prompts.Ids(Prompts.Call)];
        Assert.Equal(before, engine.Requests[1].PromptIds.ToArray()[..before.Length]);
    }

    [Fact]
    public async Task CompleteChat_StructuredOutput_IsTheJson()
    {
        const string Schema = """
            {"type":"object","properties":{"sunny":{"type":"boolean"}},"required":["sunny"],"additionalProperties":false}
            """;
        var engine = ScriptedTokenGenerator.FromText(
            "<|channel|>analysis<|message|>Sunny.<|end|><|start|>assistant<|channel|>final <|constrain|>json"
            + "<|message|>{\"sunny\":true}<|return|>");
        await using TestServer server = await TestServer.StartAsync(engine);

        ChatCompletion answer = await Client(server).CompleteChatAsync(
            [new UserChatMessage("Rain?")],
            new ChatCompletionOptions
            {
                ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat(
                    "weather", BinaryData.FromString(Schema), jsonSchemaIsStrict: true),
            },
            TestServer.Cancelled);

        Assert.Equal("""{"sunny":true}""", answer.Content[0].Text);
        string prompt = Harmony.Core.HarmonyEncoding.OpenAI.Decode(engine.Requests[0].PromptIds.Span);
        Assert.Contains("## weather", prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CompleteChat_TheQueueIsFull_IsTriedAgainByTheClient()
    {
        var engine = new SteppedGenerator();
        await using TestServer server = await TestServer.StartAsync(
            engine, "--max-concurrent", "1", "--max-queue", "0");
        Task<(System.Net.HttpStatusCode Status, System.Text.Json.Nodes.JsonNode Body)> first =
            server.AskAsync(Prompts.Chat, Prompts.Ask());
        await engine.BegunAsync();

        Task<ClientResult<ChatCompletion>> second = Client(server, retries: 8).CompleteChatAsync(
            [new UserChatMessage("Hi")], cancellationToken: TestServer.Cancelled);
        await Eventually.IsTrueAsync(() => server.Log.Lines.Any(
            static line => line.Contains("queue_full", StringComparison.Ordinal)));
        engine.Give(Prompts.Hello);
        await first;
        engine.Give(Prompts.Hello);

        Assert.Equal("Ahoy, wörld!", (await second).Value.Content[0].Text);
    }

    [Fact]
    public async Task CompleteChat_EngineIsDown_IsAnErrorWithItsStatus()
    {
        var engine = new SteppedGenerator();
        await using TestServer server = await TestServer.StartAsync(engine);
        engine.Fail(TokenGenerationError.Unavailable);

        ClientResultException error = await Assert.ThrowsAsync<ClientResultException>(
            () => Client(server).CompleteChatAsync(
                [new UserChatMessage("Hi")], cancellationToken: TestServer.Cancelled));

        Assert.Equal(502, error.Status);
        Assert.Contains("The engine cannot be reached.", error.Message, StringComparison.Ordinal);
    }

    private static ChatClient Client(TestServer server, int retries = 0) => new(
        "gpt-oss-20b",
        new ApiKeyCredential("none"),
        new OpenAIClientOptions
        {
            Endpoint = new Uri(server.Address, "/v1"),
            RetryPolicy = new ClientRetryPolicy(retries),
        });
}
