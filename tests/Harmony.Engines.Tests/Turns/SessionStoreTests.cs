using Harmony.Core;
using Harmony.Engines.Turns;

namespace Harmony.Engines.Tests.Turns;

/// <summary>What is held, and what goes first.</summary>
public sealed class SessionStoreTests
{
    private static readonly string Long = new('x', 1000);

    /// <summary>Messages that take far more memory than the ids of their prompt.</summary>
    public static TheoryData<Message> LargeMessages { get; } =
    [
        Message.User(Long),
        new Message(Role.User, [.. Enumerable.Repeat<Content>("", 50)]),
        Message.Assistant(Long, Channels.Analysis),
        Message.ToolCall(Long, ""),
        Message.ToolResult(Long, ""),
        Message.Developer(Long),
        Message.Developer(new DeveloperContent().WithFunctionTools(new ToolDescription("f", Long))),
        Message.Developer(new DeveloperContent().WithFunctionTools(
            new ToolDescription("f", "", JsonSchema.Parse($$"""{"description":"{{Long}}"}""")))),
        Message.Developer(new DeveloperContent { ResponseFormats = [new ResponseFormat("f", JsonSchema.Parse("{}"), Long)] }),
        Message.System(new SystemContent { ModelIdentity = Long }),
    ];

    private readonly Dictionary<string, ConversationRenderer> _made = [];

    [Fact]
    public void Return_MoreThanTheMost_DropsTheLongestUnused()
    {
        var store = new SessionStore(maxSessions: 2, maxTokens: 100);
        Put(store, "a", 1);
        Put(store, "b", 1);
        store.Return("a", store.Rent("a")!, 1);
        Put(store, "c", 1);

        Assert.Equal(2, store.Count);
        Assert.Same(_made["a"], store.Rent("a"));
        Assert.Null(store.Rent("b"));
        Assert.Same(_made["c"], store.Rent("c"));
        Assert.Equal(0, store.Count);
    }

    [Fact]
    public void Return_MoreIdsThanTheMost_DropsUntilTheyFit()
    {
        var store = new SessionStore(maxSessions: 10, maxTokens: 100);
        Put(store, "a", 40);
        Put(store, "b", 40);
        Put(store, "c", 90);
        Put(store, "d", 101);

        Assert.Equal(1, store.Count);
        Assert.Same(_made["c"], store.Rent("c"));
    }

    [Theory]
    [MemberData(nameof(LargeMessages))]
    public void Return_MessagesLargerThanTheirIds_CountThem(Message large)
    {
        var store = new SessionStore(maxSessions: 10, maxTokens: 450);
        Put(store, "a", 1, large);
        Put(store, "b", 1, large);

        Assert.Equal(1, store.Count);
        Assert.Same(_made["b"], store.Rent("b"));
    }

    [Fact]
    public void Return_SameSessionTwice_KeepsTheLater()
    {
        var store = new SessionStore(maxSessions: 10, maxTokens: 100);
        Put(store, "a", 60);
        Put(store, "a", 60);

        Assert.Equal(1, store.Count);
        Assert.Same(_made["a"], store.Rent("a"));
    }

    [Fact]
    public void Return_NoSessionOrNoRoom_HoldsNothing()
    {
        var store = new SessionStore(maxSessions: 0, maxTokens: 100);
        Put(store, "a", 1);
        store.Return(null, new ConversationRenderer(HarmonyEncoding.OpenAI), 1);

        Assert.Equal(0, store.Count);
        Assert.Null(store.Rent("a"));
        Assert.Null(store.Rent(null));
    }

    private void Put(SessionStore store, string id, int tokens, params ReadOnlySpan<Message> messages)
    {
        _made[id] = new ConversationRenderer(HarmonyEncoding.OpenAI);
        _made[id].AddRange(messages);
        store.Return(id, _made[id], tokens);
    }
}
