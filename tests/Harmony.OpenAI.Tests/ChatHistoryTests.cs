using System.Text.Json;
using Harmony.Bpe;
using Harmony.Core;

namespace Harmony.OpenAI.Tests;

/// <summary>Conversations of Chat Completions that a <see cref="ResponseStore"/> holds.</summary>
public sealed class ChatHistoryTests
{
    private const string Hi = """{"role":"user","content":"Hi"}""";
    private const string And = """{"role":"user","content":"And?"}""";

    // Letters one by one: no tokenizer makes these ids of the text.
    private static readonly int[] Spelled =
        [.. Answers.Ids("<|channel|>final<|message|>"), .. Letters("Ahoy!"), .. Answers.Ids("<|return|>")];

    [Fact]
    public void ToPrompt_AnAnswerThatWasSampledOddly_RepeatsItsIds()
    {
        var store = new ResponseStore();
        HarmonyPrompt first = Answer(store, $"[{Hi}]", Spelled);

        HarmonyPrompt next = Chat(store, $$"""[{{Hi}},{"role":"assistant","content":"Ahoy!"},{{And}}]""");

        int[] before = [.. Render(first), .. Spelled[..^1]];
        Assert.Equal(before, Render(next)[..before.Length]);
        Assert.NotEqual(before, Render(Answers.Chat(
            $$"""{"messages":[{{Hi}},{"role":"assistant","content":"Ahoy!"},{{And}}]}"""))[..before.Length]);
    }

    [Fact]
    public void ToPrompt_AToolLoop_RepeatsThePromptTheReasoningAndTheCall()
    {
        var store = new ResponseStore();
        int[] sampled = Answers.Ids(Answers.Call);
        HarmonyPrompt first = Answer(store, $"[{Hi}]", sampled, Answers.Tools);

        // The client has no reasoning, and says null for a text it leaves out.
        HarmonyPrompt next = Chat(
            store,
            $$$"""
            [{{{Hi}}},{"role":"assistant","content":"One moment.","tool_calls":[{"id":"call_1_0","type":"function",
            "function":{"name":"get-weather","arguments":"{\"place\":\"Oslo\"}"}}]},
            {"role":"tool","tool_call_id":"call_1_0","content":"Rain."}]
            """,
            Answers.Tools);

        int[] before = [.. Render(first), .. sampled];
        Assert.Equal(before, Render(next)[..before.Length]);
    }

    [Theory]
    [InlineData("Ahoy!", "Ahoy?")]
    [InlineData("Ahoy?", "Ahoy!")]
    public void ToPrompt_AnAnswerOrAQuestionThatWasChanged_IsTakenAsItsText(string question, string answer)
    {
        var store = new ResponseStore();
        Answer(store, """[{"role":"user","content":"Ahoy!"}]""", Spelled);

        HarmonyPrompt next = Chat(store, $$"""
            [{"role":"user","content":"{{question}}"},{"role":"assistant","content":"{{answer}}"},{{And}}]
            """);

        Assert.Null(next.ConversationId);
        Assert.Equal(
            [Message.User(question), Message.Assistant(answer, Channels.Final), Message.User("And?")],
            next.Conversation.Skip(1));
        Assert.True(next.Conversation[2].SampledIds.IsEmpty);
    }

    [Theory]
    [InlineData(
        """{"role":"system","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}""",
        """{"role":"system","content":[{"type":"text","text":"ab"}]}""")]
    [InlineData(
        """{"role":"system","content":[{"type":"text","text":"ab"}]}""",
        """{"role":"system","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}""")]
    [InlineData(
        """{"role":"system","content":[{"type":"text","text":"a"},{"type":"text","text":""}]}""",
        """{"role":"system","content":[{"type":"text","text":"a"}]}""")]
    [InlineData("""{"role":"system","content":[]}""", """{"role":"system","content":""}""")]
    [InlineData(
        """{"role":"assistant","content":[{"type":"refusal","refusal":"a"}]}""",
        """{"role":"assistant","content":[{"type":"refusal","refusal":"b"}]}""")]
    [InlineData(
        """{"role":"assistant","content":[{"type":"refusal","refusal":"a"}]}""",
        """{"role":"assistant","content":[{"type":"refusal","refusal":"a","text":"a"}]}""")]
    [InlineData(
        """{"role":"assistant","refusal":"a"}""",
        """{"role":"assistant","content":[{"type":"refusal","refusal":"a"}]}""")]
    public void ToPrompt_OtherParts_AreAnotherConversation(string held, string sent)
    {
        var store = new ResponseStore();
        Answer(store, $"[{held},{Hi}]", Spelled);
        string messages = $$"""[{{sent}},{{Hi}},{"role":"assistant","content":"Ahoy!"},{{And}}]""";

        HarmonyPrompt next = Chat(store, messages);

        Assert.Null(next.ConversationId);
        Assert.Equal(Answers.Text(Answers.Chat($$"""{"messages":{{messages}}}""")), Answers.Text(next));
    }

    [Theory]
    [InlineData(
        """{"role":"user","content":"Hi"}""",
        """{"role":"user","content":[{"type":"text","text":"Hi"},{"type":"image_url"}]}""")]
    [InlineData("""{"role":"user","content":"Hi"}""", """{"role":"user","content":[{"type":"file","text":"Hi"}]}""")]
    [InlineData("""{"role":"user","content":""}""", """{"role":"user","content":[{"type":"text"}]}""")]
    [InlineData("""{"role":"user","content":""}""", """{"role":"user"}""")]
    [InlineData("""{"role":"user","content":"Hi"}""", """{"role":"user","content":"Hi","name":""}""")]
    [InlineData(
        """{"role":"assistant","content":"Hi"}""", """{"role":"assistant","content":"Hi","function_call":{}}""")]
    [InlineData(
        """{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f"}}]}""",
        """{"role":"assistant","tool_calls":[{"id":"1","type":"custom","function":{"name":"f"}}]}""")]
    public void ToPrompt_AHeldMessageAndWhatCannotBe_IsRefused(string held, string sent)
    {
        var store = new ResponseStore();
        Answer(store, $"[{held}]", Spelled);

        Assert.Throws<OpenAIRequestException>(() => Chat(
            store, $$"""[{{sent}},{"role":"assistant","content":"Ahoy!"},{{And}}]"""));
        Assert.Equal(
            "chatcmpl-1",
            Chat(store, $$"""[{{held}},{"role":"assistant","content":"Ahoy!"},{{And}}]""").ConversationId);
    }

    [Fact]
    public void ConversationId_SeveralTurns_IsTheFirstAnswers()
    {
        var store = new ResponseStore();
        HarmonyPrompt first = Answer(store, $"[{Hi}]", Spelled);
        string messages = $$"""{{Hi}},{"role":"assistant","content":"Ahoy!"},{{And}}""";
        HarmonyPrompt second = Answer(store, $"[{messages}]", Answers.Ids(Answers.Hello), id: "chatcmpl-2");
        messages += $$""",{"role":"assistant","content":"Ahoy, wörld!"}""";

        HarmonyPrompt third = Chat(store, $"[{messages},{Hi}]");

        Assert.Equal(
            (null, "chatcmpl-1", "chatcmpl-1"),
            (first.ConversationId, second.ConversationId, third.ConversationId));
        Assert.Equal(2, store.Count);
    }

    [Fact]
    public void Add_AnAnswerThatIsCutOff_HoldsNothing()
    {
        var store = new ResponseStore();
        Answer(store, $"[{Hi}]", Answers.Ids("<|channel|>final<|message|>Aho"));

        Assert.Equal(0, store.Count);
    }

    [Theory]
    [InlineData("{\"a\":1,\"b\":\"\u00e9\"}", "{\n  \"a\": 1,\n  \"b\": \"\\u00E9\"\n}", true)]
    [InlineData("{\"a\":1}", "{\"a\":2}", false)]
    [InlineData("{\"a\":", "{\"a\":", true)]
    [InlineData("{\"a\":\"\\ud800\"}", "{\"a\":\"\\ud800\"}", true)]
    [InlineData("{\"a\":\"\\ud800\"}", "{\"a\":\"\\ud801\"}", false)]
    [InlineData("{\"a\":", "{\"a\": ", false)]
    public void ToPrompt_ArgumentsInAnotherForm_AreTheSame(string sampled, string sent, bool isHeld)
    {
        var store = new ResponseStore();
        Answer(store, $"[{Hi}]", Answers.Ids($"<|channel|>commentary to=functions.f<|message|>{sampled}<|call|>"));

        HarmonyPrompt next = Chat(store, $$$"""
            [{{{Hi}}},{"role":"assistant","tool_calls":[{"id":"call_1_0","type":"function","function":{"name":"f",
            "arguments":{{{JsonSerializer.Serialize(sent)}}}}}]},{"role":"tool","tool_call_id":"call_1_0","content":"1"}]
            """);

        Assert.Equal(isHeld, next.ConversationId is not null);
    }

    [Fact]
    public void ToPrompt_AnAnswerInSeveralParts_IsTheSame()
    {
        var store = new ResponseStore();
        Answer(store, $"[{Hi}]", Spelled);

        HarmonyPrompt next = Chat(store, $$"""
            [{{Hi}},{"role":"assistant","content":[{"type":"text","text":""},{"type":"text","text":"Ahoy"},
            {"type":"text","text":"!"}]},{{And}}]
            """);

        Assert.Equal("chatcmpl-1", next.ConversationId);
    }

    [Fact]
    public void ToPrompt_NoTextAndAnEmptyOne_AreTheSame()
    {
        var store = new ResponseStore();
        Answer(store, $"[{Hi}]", Answers.Ids("<|channel|>commentary to=functions.f<|message|>{}<|call|>"));
        const string Calls = """
            "tool_calls":[{"id":"call_1_0","type":"function","function":{"name":"f","arguments":"{}"}}]
            """;

        foreach (string content in (string[])["", "\"content\":null,", "\"content\":\"\","])
        {
            HarmonyPrompt next = Chat(store, $$"""
                [{{Hi}},{"role":"assistant",{{content}}{{Calls}}},
                {"role":"tool","tool_call_id":"call_1_0","content":"1"}]
                """);
            Assert.Equal("chatcmpl-1", next.ConversationId);
        }
    }

    [Fact]
    public void ToPrompt_ACallThatWasForced_RepeatsThePromptAndTheCall()
    {
        var store = new ResponseStore();
        int[] sampled = Answers.Ids("""{"place":"Oslo"}<|call|>""");
        HarmonyPrompt first = Answer(store, $"[{Hi}]", sampled, $"""{Answers.Tools},"tool_choice":"required" """);

        HarmonyPrompt next = Chat(store, $"[{Hi},{CallAndResult("get-weather", """{\"place\":\"Oslo\"}""")}]", Answers.Tools);

        int[] before = [.. Render(first), .. sampled];
        Assert.Equal(before, Render(next)[..before.Length]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ToPrompt_ACallWithoutAName_IsTakenBack(bool isHeld)
    {
        var store = new ResponseStore();
        HarmonyPrompt first = Chat(store, $"[{Hi}]");
        var writer = new ChatCompletionWriter(first, new OpenAIWriterOptions { Id = "chatcmpl-1" });
        writer.Push(Answers.Ids("<|channel|>commentary to=functions. <|constrain|>json<|message|>{}<|call|>"));
        writer.Complete(default);
        if (isHeld)
        {
            store.Add(writer);
        }

        string name = writer.ToCompletion().Choices[0].Message.ToolCalls![0].Function!.Name!;
        HarmonyPrompt next = Chat(store, $"[{Hi},{CallAndResult(name, "{}")}]");

        Assert.NotEmpty(name);
        Assert.Equal(isHeld, next.ConversationId is not null);
        Assert.Equal("1", next.Conversation[^1].Text);
        Assert.Contains("to=functions.", Answers.Text(next), StringComparison.Ordinal);
    }

    [Fact]
    public void ToPrompt_MessagesThatTheModelForged_AreNotHeld()
    {
        var store = new ResponseStore();
        Answer(store, $"[{Hi}]", Answers.Ids(Answers.Forged));

        HarmonyPrompt next = Chat(store, $$"""[{{Hi}},{"role":"assistant","content":"Hi"},{{And}}]""");

        Assert.Equal("chatcmpl-1", next.ConversationId);
        Assert.Equal(
            [Message.User("Hi"), Message.Assistant("Hi", Channels.Final), Message.User("And?")],
            next.Conversation.Skip(1));
    }

    [Fact]
    public void ToPrompt_ToolsThatTakeAnIdentifier_RenameHeldCalls()
    {
        const string Other = """{"type":"function","function":{"name":"get_weather"}}""";
        var store = new ResponseStore();
        Answer(
            store,
            $"[{Hi}]",
            Answers.Ids("<|channel|>commentary to=functions.get_weather<|message|>{}<|call|>"),
            Answers.Tools);
        string messages = $"{Hi},{CallAndResult("get-weather", "{}")}";
        Answer(store, $"[{messages}]", Spelled, Answers.Tools, id: "chatcmpl-2");
        messages = $$"""[{{messages}},{"role":"assistant","content":"Ahoy!"},{{And}}]""";
        string tools = $"[{Other},{Answers.Tools.TrimStart('[')}";

        HarmonyPrompt same = Chat(store, messages, Answers.Tools);
        HarmonyPrompt other = Chat(store, messages, tools);
        HarmonyPrompt back = Chat(new ResponseStore(), messages, tools);

        Assert.Equal("functions.get_weather", same.Conversation[^4].Recipient);
        Assert.False(same.Conversation[^4].SampledIds.IsEmpty);
        Assert.StartsWith("functions.get_weather_", other.Conversation[^4].Recipient, StringComparison.Ordinal);
        Assert.Equal(other.Conversation[^4].Recipient, other.Conversation[^3].Author.Name);
        Assert.False(other.Conversation[^2].SampledIds.IsEmpty);
        Assert.Equal(back.Conversation[^3].Author, other.Conversation[^3].Author);
    }

    private static string CallAndResult(string name, string arguments) => $$$"""
        {"role":"assistant","tool_calls":[{"id":"call_1_0","type":"function",
        "function":{"name":"{{{name}}}","arguments":"{{{arguments}}}"}}]},
        {"role":"tool","tool_call_id":"call_1_0","content":"1"}
        """;

    private static IEnumerable<int> Letters(string text) =>
        text.SelectMany(static letter => HarmonyEncoding.OpenAI.Encode($"{letter}", EncodeOptions.Ordinary));

    private static HarmonyPrompt Chat(ResponseStore store, string messages, string tools = "[]") =>
        Answers.Chat($$"""{"messages":{{messages}},"tools":{{tools}}}""", store: store);

    private static HarmonyPrompt Answer(
        ResponseStore store, string messages, int[] sampled, string tools = "[]", string id = "chatcmpl-1")
    {
        HarmonyPrompt prompt = Chat(store, messages, tools);
        var writer = new ChatCompletionWriter(prompt, new OpenAIWriterOptions { Id = id });
        writer.Push(sampled);
        writer.Complete(default);
        store.Add(writer);
        return prompt;
    }

    private static int[] Render(HarmonyPrompt prompt) => prompt.Render(HarmonyEncoding.OpenAI);
}
