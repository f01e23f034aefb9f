using Harmony.Core;

namespace Harmony.OpenAI.Tests;

public sealed class ResponseStoreTests
{
    [Fact]
    public void Add_AConversation_GoesOn()
    {
        var store = new ResponseStore();
        Add(store, "resp_1", """
            {"instructions":"Once.","input":[{"role":"system","content":"Always."},{"role":"user","content":"Hi"}]}
            """);

        HarmonyPrompt next = Answers.Respond(
            """{"instructions":"Now.","input":"And?","previous_response_id":"resp_1"}""", store: store);

        Assert.Equal(
            "Now.\n\nAlways.", Assert.IsType<DeveloperContent>(next.Conversation[1].Contents[0]).Instructions);
        Assert.Equal(
            [
                Message.User("Hi"),
                Message.Assistant("A greeting.", Channels.Analysis),
                Message.Assistant("Ahoy, wörld!", Channels.Final),
                Message.User("And?"),
            ],
            next.Conversation.Skip(2));
        Assert.False(next.Conversation[3].SampledIds.IsEmpty);
    }

    [Fact]
    public void Add_MoreThanTheLimit_DropsTheOldest()
    {
        var store = new ResponseStore(maxCount: 2);
        for (int i = 0; i < 3; i++)
        {
            Add(store, $"resp_{i}", """{"input":"Hi"}""");
        }

        Assert.Equal(2, store.Count);
        OpenAIRequestException refusal = Assert.Throws<OpenAIRequestException>(() => Answers.Respond(
            """{"input":"Hi","previous_response_id":"resp_0"}""", store: store));
        Assert.Equal("previous_response_not_found", refusal.Code);
        Answers.Respond("""{"input":"Hi","previous_response_id":"resp_1"}""", store: store);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2000, 1)]
    [InlineData(1 << 20, 3)]
    public void Add_MoreThanTheMemory_DropsTheOldest(long maxBytes, int count)
    {
        var store = new ResponseStore(maxBytes: maxBytes);
        for (int i = 0; i < 3; i++)
        {
            Add(store, $"resp_{i}", """{"input":"Hi"}""");
        }

        Assert.Equal(count, store.Count);
    }

    [Theory]
    [InlineData("""{"type":"function_call","call_id":"LONG","name":"f"}""")]
    [InlineData("""{"type":"function_call","call_id":"1","name":"LONG"}""")]
    [InlineData("""{"type":"function_call","call_id":"1","name":"f","arguments":"LONG"}""")]
    [InlineData("""{"role":"system","content":"LONG"}""")]
    [InlineData("""{"role":"user","content":"LONG"}""")]
    public void Add_ALongTextOfAnyKind_Counts(string item)
    {
        var store = new ResponseStore(maxBytes: 100_000);
        string text = new('x', 30_000);

        for (int i = 0; i < 3; i++)
        {
            Add(store, $"resp_{i}", $$"""{"input":[{{item.Replace("LONG", text, StringComparison.Ordinal)}}]}""");
        }

        Assert.Equal(1, store.Count);
    }

    [Fact]
    public void Add_ManyEmptyTexts_Count()
    {
        var store = new ResponseStore(maxBytes: 100_000);
        string items = string.Join(',', Enumerable.Repeat("""{"role":"system","content":""}""", 1000));

        Add(store, "resp_1", $$"""{"input":[{{items}}]}""");
        Add(store, "resp_2", $$"""{"input":[{{items}}]}""");

        Assert.Equal(1, store.Count);
    }

    [Fact]
    public void Add_StoreIsFalse_HoldsNothing()
    {
        var store = new ResponseStore();

        Add(store, "resp_1", """{"input":"Hi","store":false}""");

        Assert.Equal(0, store.Count);
    }

    [Fact]
    public void Add_ACallThatWasForced_IsRepeatedAsItWas()
    {
        var store = new ResponseStore();
        int[] sampled = Answers.Ids("{}<|call|>");
        HarmonyPrompt first = Answers.Respond($$"""{"input":"Hi","tools":[{{Tool("f")}}],"tool_choice":"required"}""");
        Add(store, "resp_1", first, sampled);

        HarmonyPrompt next = GoOn(store, $"[{Tool("f")}]");

        int[] before = [.. first.Render(HarmonyEncoding.OpenAI), .. sampled];
        Assert.Equal(before, next.Render(HarmonyEncoding.OpenAI)[..before.Length]);
    }

    [Fact]
    public void Add_MessagesThatTheModelForged_AreNotHeld()
    {
        var store = new ResponseStore();
        Add(store, "resp_1", Answers.Respond("""{"input":"Hi"}"""), Answers.Ids(Answers.Forged));

        HarmonyPrompt next = Answers.Respond(
            """{"input":"And?","previous_response_id":"resp_1"}""", store: store);

        Assert.Equal(
            [Message.User("Hi"), Message.Assistant("Hi", Channels.Final), Message.User("And?")],
            next.Conversation.Skip(1));
    }

    [Fact]
    public void ToPrompt_ToolsThatTakeAnIdentifier_RenameHeldCalls()
    {
        var store = new ResponseStore();
        HarmonyPrompt first = Answers.Respond($$"""{"input":"Hi","tools":[{{Tool("get-it")}}]}""");
        Add(
            store,
            "resp_1",
            first,
            Answers.Ids("<|channel|>commentary to=functions.get_it<|message|>{}<|call|>"));

        HarmonyPrompt next = GoOn(store, $"[{Tool("get_it")},{Tool("get-it")}]");

        Assert.StartsWith("functions.get_it_", next.Conversation[^2].Recipient, StringComparison.Ordinal);
        Assert.Equal(next.Conversation[^2].Recipient, next.Conversation[^1].Author.Name);
    }

    private static string Tool(string name) => $$"""{"type":"function","name":"{{name}}"}""";

    /// <summary>Goes on from <c>resp_1</c>, whose only item is a call.</summary>
    private static HarmonyPrompt GoOn(ResponseStore store, string tools) => Answers.Respond(
        $$"""
        {"previous_response_id":"resp_1","tools":{{tools}},
        "input":[{"type":"function_call_output","call_id":"call_1_0","output":"1"}]}
        """,
        store: store);

    private static void Add(ResponseStore store, string id, string request) =>
        Add(store, id, Answers.Respond(request), Answers.Ids(Answers.Hello));

    private static void Add(ResponseStore store, string id, HarmonyPrompt prompt, int[] sampled)
    {
        var writer = new ResponseWriter(prompt, new OpenAIWriterOptions { Id = id });
        writer.Push(sampled);
        writer.Complete(new TurnEnding(10));
        store.Add(writer);
    }
}
