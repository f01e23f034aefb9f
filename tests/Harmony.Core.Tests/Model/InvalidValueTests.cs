namespace Harmony.Core.Tests.Model;

/// <summary>Enums out of range and nulls are refused where they enter, by name or place, and not later by
/// something that fails for them.</summary>
public class InvalidValueTests
{
    private static readonly HarmonyEncoding Harmony = HarmonyEncoding.OpenAI;

    private static readonly JsonSchema Schema = JsonSchema.Parse("{}");

    public static TheoryData<string, Action> Enums => new()
    {
        { "author", static () => _ = new Author((Role)5) },
        { "author's role", static () => _ = new Author(Role.User) with { Role = (Role)(-1) } },
        { "author from role", static () => _ = Author.FromRole((Role)7) },
        { "role as author", static () => _ = new Message((Role)7, "x") },
        { "word", static () => ((Role)7).ToWord() },
        { "next role", static () => _ = new RenderOptions { NextRole = (Role)7 } },
        { "next role of a prompt", static () => Harmony.RenderForCompletion([], (Role)7) },
        { "purpose", static () => _ = new RenderOptions { Purpose = (RenderPurpose)4 } },
        { "analysis", static () => _ = RenderOptions.Training with { Analysis = (AnalysisPolicy)3 } },
        { "effort", static () => _ = new SystemContent { ReasoningEffort = (ReasoningEffort)3 } },
        { "effort in place of another", static () => _ = SystemContent.Default with { ReasoningEffort = (ReasoningEffort)(-1) } },
        { "style", static () => _ = new ToolNamespace("x") { SchemaStyle = (SchemaStyle)2 } },
        { "dialect", static () => HarmonyEncoding.For((HarmonyDialect)2) },
        { "role as JSON", static () => System.Text.Json.JsonSerializer.Serialize((Role)7) },
        { "effort as JSON", static () => System.Text.Json.JsonSerializer.Serialize((ReasoningEffort)7) },
        { "style as JSON", static () => System.Text.Json.JsonSerializer.Serialize((SchemaStyle)7) },
    };

    public static TheoryData<string, Action> Nulls => new()
    {
        { "text", static () => _ = new TextContent(null!) },
        { "changed text", static () => _ = new TextContent("x") with { Text = null! } },
        { "text as content", static () => Content.FromString(null!) },
        { "tool name", static () => _ = new ToolDescription(null!, "d") },
        { "changed tool name", static () => _ = new ToolDescription("f", "d") with { Name = null! } },
        { "tool description", static () => _ = new ToolDescription("f", null!) },
        { "changed description", static () => _ = new ToolDescription("f", "d") with { Description = null! } },
        { "namespace name", static () => _ = new ToolNamespace(null!) },
        { "changed namespace name", static () => _ = new ToolNamespace("x") with { Name = null! } },
        { "format name", static () => _ = new ResponseFormat(null!, Schema) },
        { "changed format name", static () => _ = new ResponseFormat("x", Schema) with { Name = null! } },
        { "format schema", static () => _ = new ResponseFormat("x", null!) },
        { "changed format schema", static () => _ = new ResponseFormat("x", Schema) with { Schema = null! } },
        { "call's name", static () => Message.ToolCall(null!, "{}") },
        { "call's arguments", static () => Message.ToolCall("f", null!) },
        { "result's name", static () => Message.ToolResult(null!, "x") },
        { "result's text", static () => Message.ToolResult("f", null!) },
        { "key looked for", static () => ToolNamespaceCollection.Create().TryGet(null!, out _) },
        { "namespace", static () => ToolNamespaceCollection.Create().With(null!) },
        { "entries", static () => ToolNamespaceCollection.FromEntries(null!) },
        { "encoding", static () => _ = new ConversationRenderer(null!) },
        { "options", static () => new ConversationRenderer(Harmony).Options = null! },
        { "conversation", static () => Harmony.Render((Conversation)null!) },
        { "message", static () => Harmony.Render((Message)null!) },
        { "JSON", static () => Conversation.Parse((string)null!) },
        { "schema", static () => JsonSchema.Parse((string)null!) },
    };

    /// <summary>Lists with a null as the item of index 1.</summary>
    public static TheoryData<string, Action> NullItems => new()
    {
        { "messages", static () => Conversation.FromMessages(Message.User("x"), null!) },
        { "messages of an expression", static () => _ = Collected() },
        { "added messages", static () => new Conversation().Add(Message.User("x"), null!) },
        { "held messages", static () => new ConversationRenderer(Harmony).AddRange(Message.User("x"), null!) },
        { "contents", static () => _ = new Message(Role.User, "x", null!) },
        { "tools", static () => _ = new ToolNamespace("x", new ToolDescription("f", "d"), null!) },
        { "functions", static () => new DeveloperContent().WithFunctionTools(new ToolDescription("f", "d"), null!) },
        { "channels", static () => ChannelConfig.Require("a", null!) },
        { "required channels", static () => new SystemContent().WithRequiredChannels("a", null!) },
        { "namespaces", static () => ToolNamespaceCollection.Create(ToolNamespace.Python, null!) },
        { "list", static () => ValueList.Create("a", null!) },
        { "list from others", static () => ValueList.FromEnumerable(["a", null!]) },
        { "longer list", static () => ValueList.Create("a").AddRange("b", null!) },
    };

    [Theory]
    [MemberData(nameof(Enums), DisableDiscoveryEnumeration = true)]
    public void Set_EnumOutOfRange_IsRefused(string what, Action set)
    {
        var e = Assert.Throws<ArgumentOutOfRangeException>(set);
        Assert.True(e.ActualValue is Enum && e.Message.Length > 0, what);
    }

    [Theory]
    [MemberData(nameof(Nulls), DisableDiscoveryEnumeration = true)]
    public void Set_Null_IsRefused(string what, Action set) =>
        Assert.False(string.IsNullOrEmpty(Assert.Throws<ArgumentNullException>(set).ParamName), what);

    [Theory]
    [MemberData(nameof(NullItems), DisableDiscoveryEnumeration = true)]
    public void Create_NullAmongItems_TellsWhich(string what, Action create) =>
        Assert.True(Assert.Throws<ArgumentException>(create).Message.Contains("Item 1 is null", StringComparison.Ordinal), what);

    [Fact]
    public void FromEntries_NullKeyOrNamespace_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => ToolNamespaceCollection.FromEntries([new(null!, ToolNamespace.Python)]));
        Assert.Throws<ArgumentException>(() => ToolNamespaceCollection.FromEntries([new("x", null!)]));
        Assert.Throws<ArgumentException>(() => new Conversation().Messages.Add(null!));
        Assert.Throws<ArgumentException>(() => Message.User("x").AddContent(null!));
    }

    [Fact]
    public void ReasoningEffort_Null_IsNone() =>
        Assert.Null((SystemContent.Default with { ReasoningEffort = null }).ReasoningEffort);

    private static Conversation Collected() => [Message.User("x"), null!];
}
