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

    private static void Add(ResponseStore store, string id, string request)
    {
        var writer = new ResponseWriter(Answers.Respond(request), new OpenAIWriterOptions { Id = id });
        writer.Push(Answers.Ids(Answers.Hello));
        writer.Complete(new TurnEnding(10));
        store.Add(writer);
    }
}
