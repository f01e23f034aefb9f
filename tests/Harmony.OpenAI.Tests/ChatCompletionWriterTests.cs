using System.Text;

namespace Harmony.OpenAI.Tests;

public sealed class ChatCompletionWriterTests
{
    private const string Hi = """[{"role":"user","content":"Hi"}]""";

    private static readonly OpenAIWriterOptions Fixed = new()
    {
        Id = "chatcmpl-1",
        Model = "m",
        Created = DateTimeOffset.UnixEpoch,
    };

    [Fact]
    public void Push_AnAnswer_IsTheseChunks()
    {
        string[] chunks = Chunks(
            $$"""{"stream_options":{"include_usage":true},"messages":{{Hi}} }""", Answers.Hello, Fixed);

        const string Head = """{"id":"chatcmpl-1","object":"chat.completion.chunk","created":0,"model":"m","choices":[""";
        Assert.Equal(
            [
                Head + """{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""",
                Head + """{"index":0,"delta":{"reasoning_content":"A greeting."},"finish_reason":null}]}""",
                Head + """{"index":0,"delta":{"content":"Ahoy, wörld!"},"finish_reason":null}]}""",
                Head + """{"index":0,"delta":{},"finish_reason":"stop"}]}""",
                Head + """],"usage":{"prompt_tokens":10,"completion_tokens":20,"total_tokens":30,"""
                    + "\"prompt_tokens_details\":{\"cached_tokens\":0},"
                    + "\"completion_tokens_details\":{\"reasoning_tokens\":3}}}",
            ],
            chunks);
    }

    [Fact]
    public void Push_ACall_HasAStableIndexAndId()
    {
        string[] chunks = Chunks($$"""{"messages":{{Hi}},"tools":{{Answers.Tools}} }""", Answers.Call, Fixed);

        Assert.Contains(
            """tool_calls":[{"index":0,"id":"call_1_0","type":"function","function":{"name":"get-weather","arguments":""}}]""",
            chunks[^3],
            StringComparison.Ordinal);
        Assert.Contains(
            """tool_calls":[{"index":0,"function":{"arguments":"{\"place\":\"Oslo\"}"}}]""",
            chunks[^2],
            StringComparison.Ordinal);
        Assert.Contains("\"finish_reason\":\"tool_calls\"", chunks[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Answers.Hello, false, "stop")]
    [InlineData("<|channel|>final<|message|>Ahoy", true, "length")]
    [InlineData("<|channel|>final<|message|>Ahoy", false, "stop")]
    [InlineData("<|channel|>final<|message|>Ahoy<|return|>", true, "stop")]
    [InlineData("<|channel|>commentary to=functions.f <|constrain|>json<|message|>{\"a", true, "length")]
    [InlineData("<|channel|>commentary to=functions.f <|constrain|>json<|message|>{}<|call|>", false, "tool_calls")]
    [InlineData("", false, "stop")]
    public void ToCompletion_FinishReason_IsOpenAIs(string sampled, bool reachedLimit, string expected)
    {
        ChatCompletionWriter writer = Written($$"""{"messages":{{Hi}} }""", sampled, reachedLimit);

        Assert.Equal(expected, writer.ToCompletion().Choices[0].FinishReason);
    }

    [Fact]
    public void ToCompletion_AStopString_CutsTheAnswerOff()
    {
        ChatCompletionWriter writer = Written(
            $$"""{"messages":{{Hi}},"stop":"w"}""", "<|channel|>final<|message|>Ahoy, world!<|return|>");

        ChatChoice choice = writer.ToCompletion().Choices[0];
        Assert.Equal(("Ahoy, ", "stop"), (choice.Message.Content![0].Text, choice.FinishReason));
    }

    [Theory]
    [InlineData("", "Well.\n\n{}", null)]
    [InlineData(""","response_format":{"type":"json_object"}""", "{}", "Well.")]
    public void ToCompletion_APreamble_StaysOutOfJson(string member, string content, string? reasoning)
    {
        ChatCompletionWriter writer = Written(
            $$"""{"messages":{{Hi}}{{member}} }""",
            "<|channel|>commentary<|message|>Well.<|end|><|start|>assistant<|channel|>final<|message|>{}<|return|>");

        ChatMessage message = writer.ToCompletion().Choices[0].Message;
        Assert.Equal((content, reasoning), (message.Content![0].Text, message.ReasoningContent));
    }

    [Theory]
    [InlineData(ReasoningField.ReasoningContent, "\"reasoning_content\":\"A greeting.\"")]
    [InlineData(ReasoningField.Reasoning, "\"reasoning\":\"A greeting.\"")]
    [InlineData(ReasoningField.None, null)]
    public void ToCompletion_Reasoning_IsInItsField(ReasoningField field, string? expected)
    {
        HarmonyPrompt prompt = Answers.Chat($$"""{"messages":{{Hi}} }""");
        var writer = new ChatCompletionWriter(prompt, Fixed with { ReasoningField = field });
        List<ChatCompletionChunk> chunks = [.. writer.Push(Answers.Ids(Answers.Hello))];
        writer.Complete(default);

        string whole = Json(writer.ToCompletion());
        string parts = string.Concat(chunks.Select(Json));
        Assert.All([whole, parts], json =>
        {
            Assert.Equal(expected is not null, json.Contains("reasoning\":\"", StringComparison.Ordinal)
                || json.Contains("reasoning_content", StringComparison.Ordinal));
            Assert.Contains(expected ?? "Ahoy", json, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void ToCompletion_SeveralCalls_HaveTheirOwnIds()
    {
        const string Two =
            "<|channel|>commentary to=functions.f <|constrain|>json<|message|>{}<|call|><|start|>assistant"
            + "<|channel|>commentary to=python code<|message|>1<|call|>";

        ChatCompletionWriter writer = Written($$"""{"messages":{{Hi}} }""", Two);

        ChatMessage message = writer.ToCompletion().Choices[0].Message;
        Assert.Null(message.Content);
        Assert.Equal(["call_1_0", "call_1_1"], message.ToolCalls!.Select(static call => call.Id));
        Assert.Equal(["f", "python"], message.ToolCalls!.Select(static call => call.Function!.Name));
        Assert.Equal(2, writer.Messages.Count);
    }

    [Fact]
    public void ToCompletion_AMessageThatTheModelForged_IsNoPartOfIt()
    {
        ChatCompletionWriter writer = Written($$"""{"messages":{{Hi}},"return_token_ids":true}""", Answers.Forged);

        ChatChoice choice = writer.ToCompletion().Choices[0];
        Assert.Equal("Hi", choice.Message.Content![0].Text);
        Assert.Equal(Answers.Ids(Answers.Forged), choice.TokenIds);
    }

    [Fact]
    public void Complete_Twice_IsRefused()
    {
        ChatCompletionWriter writer = Written($$"""{"messages":{{Hi}} }""", Answers.Hello);

        Assert.Throws<InvalidOperationException>(() => writer.Complete(default));
        Assert.Throws<InvalidOperationException>(() => writer.Push([1]));
    }

    [Fact]
    public void ToCompletion_BeforeTheEnd_IsRefused() => Assert.Throws<InvalidOperationException>(
        () => new ChatCompletionWriter(Answers.Chat($$"""{"messages":{{Hi}} }""")).ToCompletion());

    [Fact]
    public void ToUtf8_AnError_IsInOpenAIsShape() => Assert.Equal(
        """{"error":{"message":"Busy.","type":"server_error","param":null,"code":null}}""",
        Json(OpenAIErrorResponse.ServerError("Busy.")));

    private static string[] Chunks(string request, string sampled, OpenAIWriterOptions options)
    {
        var writer = new ChatCompletionWriter(Answers.Chat(request), options);
        return [.. writer.Push(Answers.Ids(sampled)).Concat(writer.Complete(new TurnEnding(10))).Select(Json)];
    }

    private static ChatCompletionWriter Written(string request, string sampled, bool reachedLimit = false)
    {
        var writer = new ChatCompletionWriter(Answers.Chat(request), Fixed);
        foreach (int id in Answers.Ids(sampled))
        {
            writer.Push([id]);
        }

        writer.Complete(new TurnEnding(10, ReachedLimit: reachedLimit));
        return writer;
    }

    private static string Json<T>(T value) => Encoding.UTF8.GetString(OpenAIJson.ToUtf8(value));
}
