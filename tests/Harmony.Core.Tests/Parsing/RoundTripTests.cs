using FsCheck;
using FsCheck.Fluent;

namespace Harmony.Core.Tests.Parsing;

/// <summary>Parsing reads what was rendered, unless the format can't express it. The cases are the rows of
/// docs/lossy-conversations.md.</summary>
public class RoundTripTests
{
    private static readonly HarmonyEncoding Harmony = HarmonyEncoding.OpenAI;

    // The format can express more than the header check lets through.
    private static readonly RenderOptions Unchecked =
        new() { CheckHeaders = false, Analysis = AnalysisPolicy.KeepAll };

    // Words that a header must be able to hold, and texts that a content must be able to hold.
    private static readonly string[] Words =
    [
        "functions.get_weather", "browser.search", "x", "ünï", "имя", "名前", "a:b", "{}", "😊", "user2", "to=x",
        "a\u00A0b", "a\u000Bb", "<|start|>", "<|end|>", "<", "\"q\"", "json", "final", "tool",
    ];

    private static readonly string[] ChannelWords =
        ["analysis", "commentary", "final", "x", "ünï", "канал", "😊", "a:b", "commentary?", "to=x", "|>"];

    private static readonly string[] Texts =
    [
        "", " ", "\n", "text", "<|end|>", "<|start|>assistant<|channel|>final<|message|>", "ünïcode ✓ 说明",
        "emoji 😊👋🏾👨‍👩‍👧‍👦", "\0", "\r\n\t", "trailing \uFFFD", "{\"a\": [1, 2]}", "مرحبا",
    ];

    public static TheoryData<string, Message, Message?> Lossy => new()
    {
        { "a name", Message.User("x").WithName("bob").WithRecipient("y"),
            Tool("user:bob", "x").WithRecipient("y") },
        { "a name and nothing else", Message.User("x").WithName("bob"), null },
        { "a tool and nothing else", Tool("f", "x"), null },
        { "a tool named like a role", Tool("user", "x").WithRecipient("y"),
            Message.User("x").WithRecipient("y") },
        { "a tool with a space", Tool("a b", "x").WithRecipient("y"), null },
        { "a tool without letters", Tool("", "x").WithRecipient("y"), Tool("to=y", "x") },
        { "recipient all", Message.User("x").WithRecipient("all"), Message.User("x") },
        { "a recipient with a space", Message.User("x").WithRecipient("a b"),
            Message.User("x").WithRecipient("a").WithContentType("b") },
        { "a recipient that ends in white space", Message.User("x").WithRecipient("a\u00A0"),
            Message.User("x").WithRecipient("a") },
        { "a recipient with a marker", Message.User("x").WithRecipient("a<|channel|>b"),
            Message.User("x").WithRecipient("a").WithChannel("b") },
        { "a channel with a space", Message.User("x").WithChannel("a b"),
            Message.User("x").WithChannel("a").WithRecipient("b") },
        { "a channel with an angle", Message.User("x").WithChannel("a<b"), null },
        { "an empty channel", Message.User("x").WithChannel(""), null },
        { "a content type without recipient", Message.User("x").WithContentType("json"),
            Message.User("x").WithRecipient("json") },
        { "an empty content type", Message.User("x").WithRecipient("y").WithContentType(""),
            Message.User("x").WithRecipient("y") },
        { "a content type like a recipient", Message.User("x").WithContentType("to=y"),
            Message.User("x").WithRecipient("y") },
        { "several texts", new Message(Role.User, "x", "y"), Message.User("xy") },
        { "no content", new Message(Role.User), Message.User("") },
        { "system content", Message.System(new SystemContent { ModelIdentity = "I" }),
            new Message(Role.System, "I") },
        { "developer content", Message.Developer("I"), new Message(Role.Developer, "# Instructions\n\nI") },
        { "a lone surrogate", Message.User("a\uD800"), Message.User("a\uFFFD") },
    };

    [Fact]
    public void ParseMessages_AnyExpressibleConversation_GivesItBack()
    {
        var conversations = Messages().ListOf().Select(static list => Conversation.FromMessages([.. list]));
        Prop.ForAll(Arb.From(conversations), static chat => GivesBack(chat))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    [Fact]
    public void ParseMessages_CompletionOfAPrompt_GivesTheMessageBack()
    {
        Prop.ForAll(Arb.From(Messages()), static message =>
        {
            // The prompt began the turn: the completion has no start marker and no role.
            Message turn = message with { Author = Role.Assistant };
            int[] ids = Harmony.Render(turn, Unchecked);
            Assert.Equal(Harmony.RenderForCompletion([]), ids[..2]);
            return Harmony.ParseMessages(ids.AsSpan()[2..], Role.Assistant) == [turn];
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    [Theory]
    [MemberData(nameof(Lossy), DisableDiscoveryEnumeration = true)]
    public void ParseMessages_InexpressibleMessage_GivesWhatTheDocsSay(
        string what, Message message, Message? parsed)
    {
        int[] ids = Harmony.Render(message, Unchecked);
        if (parsed is null)
        {
            Assert.Throws<HarmonyParseException>(() => Harmony.ParseMessages(ids));
            return;
        }

        Assert.NotEqual(message, parsed);
        Assert.True(Harmony.ParseMessages(ids) == [parsed], what);
    }

    private static Message Tool(string name, string text) => new(new Author(Role.Tool, name), text);

    private static bool GivesBack(Conversation chat)
    {
        int[] ids = Harmony.Render(chat, Unchecked);
        return Harmony.ParseMessages(ids) == chat.Messages;
    }

    private static Gen<Message> Messages() =>
        from role in Gen.Elements(Enum.GetValues<Role>())
        from name in Gen.Elements(Words)
        from recipient in Optional(Words)
        from channel in Optional(ChannelWords)
        from type in Optional([.. Words.Where(IsContentType), "<|constrain|>json", "<|constrain|>"])
        from text in Gen.Elements(Texts)
        let isTool = role == Role.Tool
        select new Message(new Author(role, isTool ? name : null), text)
        {
            // A tool must be followed by another word, and a content type must follow a recipient.
            Recipient = isTool || type is not null ? recipient ?? "y" : recipient,
            Channel = channel,
            ContentType = type,
        };

    private static bool IsContentType(string word) => !word.StartsWith("to=", StringComparison.Ordinal);

    private static Gen<string?> Optional(string[] values) => Gen.Elements<string?>([null, .. values]);
}
