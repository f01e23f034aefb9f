using System.Text;
using System.Text.Json;

namespace Harmony.Core.Tests.Json;

public class HarmonyJsonTests
{
    [Theory]
    [InlineData("""{"messages":[],"messages":[]}""", "$.messages", null)]
    [InlineData("""{"messages":5}""", "$.messages", "5")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}""", "$.messages", null)]
    [InlineData("""{"messages":[]} 1""", "$", null)]
    [InlineData("""{}""", "$", null)]
    [InlineData("", "$", null)]
    public void ReadConversation_NoConversation_TellsWhere(string json, string path, string? value)
    {
        var e = Assert.Throws<HarmonyJsonException>(() => HarmonyJson.ReadConversation(json));
        Assert.Equal(path, e.Path);
        Assert.Equal(value, e.Value);
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"role":"robot","content":"x"}""", ".role", "robot")]
    [InlineData("""{"role":"user","content":5}""", ".content", "5")]
    [InlineData("""{"role":"user","content":"\ud800"}""", ".content", null)]
    [InlineData("""{"role":"user"}""", "", null)]
    [InlineData("""{"content":"x"}""", "", null)]
    [InlineData("""{"role":"user","role":"user","content":"x"}""", ".role", null)]
    [InlineData("""{"role":"user","name":"a","name":"a","content":"x"}""", ".name", null)]
    [InlineData("""{"role":"user","content":"x","more":[1e999]}""", ".more", "1e999")]
    public void ReadConversation_NoMessage_TellsWhere(string message, string path, string? value) =>
        ReadConversation_NoConversation_TellsWhere(
            $$"""{"messages":[{{message}}]}""", "$.messages[0]" + path, value);

    [Theory]
    [InlineData("""{"type":"image"}""", "", "image")]
    [InlineData("""{"text":"x"}""", "", null)]
    [InlineData("""{"type":"text","type":"text","text":""}""", ".type", null)]
    [InlineData("""{"type":"text","text":null}""", ".text", "null")]
    [InlineData("""{"type":"system_content","x":1e999}""", ".x", "1e999")]
    [InlineData("""{"type":"system_content","reasoning_effort":"low"}""", ".reasoning_effort", "low")]
    [InlineData("""{"type":"system_content","channel_config":{"valid_channels":["a",1]}}""",
        ".channel_config.valid_channels[1]", "1")]
    [InlineData("""{"type":"developer_content","tools":{"a b":{"name":"a","tools":[{"name":"t"}]}}}""",
        ".tools['a b'].tools[0]", null)]
    public void ReadConversation_NoContent_TellsWhere(string content, string path, string? value) =>
        ReadConversation_NoMessage_TellsWhere(
            $$"""{"role":"system","content":[{{content}}]}""", ".content[0]" + path, value);

    [Theory]
    [InlineData("""[[]]""", """{"messages":[]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[["text","hi"]]}]}""",
        """{"messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData("""{"messages":[{"role":{"user":null},"content":"hi","extra":{"a":[1,2]}}],"extra":1e999}""",
        """{"messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData("""{"messages":[{"content":[{"text":"hi","x":[{}],"type":"text"}],"role":"user"}]}""",
        """{"messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[]}]}""",
        """{"messages":[{"role":"user","content":[]}]}""")]
    public void ReadConversation_OddForms_AreReadAsTheReferenceReadsThem(string json, string same) =>
        Assert.Equal(same, HarmonyJson.ReadConversation(json).ToJson());

    [Theory]
    [InlineData("""[]""")]
    [InlineData("""[[],1]""")]
    [InlineData("""{"messages":[["user","hi"]]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[["text"]]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[["text","hi",1]]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[[]]}]}""")]
    [InlineData("""{"messages":[{"role":{"user":1},"content":"hi"}]}""")]
    [InlineData("""{"messages":[{"role":{},"content":"hi"}]}""")]
    public void ReadConversation_ListsThatAreNoObject_AreRefused(string json) =>
        Assert.Throws<HarmonyJsonException>(() => HarmonyJson.ReadConversation(json));

    [Theory]
    [InlineData(HarmonyJson.MaxDepth + 1)]
    [InlineData(100_000)]
    public void ReadConversation_TooDeep_IsRefused(int depth)
    {
        string deep = new string('[', depth) + new string(']', depth);
        Assert.Throws<HarmonyJsonException>(() => HarmonyJson.ReadConversation(deep));
        string skipped = $$"""{"x":{{deep}},"messages":[]}""";
        Assert.Throws<HarmonyJsonException>(() => HarmonyJson.ReadConversation(skipped));
        Assert.Throws<HarmonyJsonException>(() => JsonSchema.Parse(deep));
    }

    [Fact]
    public void ReadConversation_HugeMessage_IsReadFromAStream()
    {
        var chat = Conversation.FromMessages(Message.User(new string('x', 10_000_000)));
        byte[] json = Encoding.UTF8.GetBytes(chat.ToJson());
        Assert.Equal(chat, HarmonyJson.ReadConversation(new MemoryStream(json)));
    }

    [Fact]
    public async Task ReadConversationAsync_Stream_IsReadToItsEnd()
    {
        using var stream = new MemoryStream("""{"messages":[{"role":"user","content":"hi"}]}"""u8.ToArray());
        CancellationToken ct = TestContext.Current.CancellationToken;
        Conversation read = await HarmonyJson.ReadConversationAsync(stream, ct: ct);
        Assert.Equal([Message.User("hi")], read);
    }

    [Fact]
    public void ToJson_FullConversation_ReadsBackEqual()
    {
        JsonSchema schema = JsonSchema.Parse("""{ "type": "number", "default": 1e16 }""");
        Conversation chat =
        [
            Message.System(SystemContent.Default.WithBrowserTool().WithPythonTool()
                .WithConversationStartDate("2025-06-28").WithReasoningEffort(ReasoningEffort.High)),
            Message.Developer(new DeveloperContent { Instructions = "Be \"brief\".\u0001" }
                .WithFunctionTools(new ToolDescription("f", "d", schema))),
            Message.User("Hi 😊").WithName("alice"),
            new Message(Role.Assistant, "a", "b").WithChannel("commentary").WithRecipient("functions.f")
                .WithContentType(ContentTypes.Json),
            Message.ToolResult("functions.f", "{}"),
        ];
        Conversation read = HarmonyJson.ReadConversation(chat.ToJson());
        Assert.Equal(chat, read);
        Assert.Equal(chat.GetHashCode(), read.GetHashCode());
    }

    [Fact]
    public void Converters_WithinLargerDocument_ReadAndWrite()
    {
        const string Json = """{"messages":[{"role":"user","content":"hi"}]}""";
        var options = new JsonSerializerOptions { TypeInfoResolver = TestJsonContext.Default };
        var read = JsonSerializer.Deserialize<Conversation[]>($"[{Json}]", options);
        Assert.Equal([Message.User("hi")], read![0]);
        Assert.Equal($"[{Json}]", JsonSerializer.Serialize(read, options));
    }

    [Fact]
    public void JsonSchema_Spelling_IsKept()
    {
        const string Spelled = """{ "b" : 1.0 , "a" : [ 1e16 , "\u00e9" ] }""";
        JsonSchema schema = JsonSchema.Parse(Spelled);
        Assert.Equal(Spelled, schema.ToString());
        Assert.Equal(Spelled, schema.ToElement().GetRawText());
        Assert.Equal(schema, JsonSchema.FromElement(schema.ToElement()));
        Assert.Equal(JsonSchema.Parse("""{"b":1e0,"a":[10e15,"é"]}"""), schema);
        Assert.NotEqual(JsonSchema.Parse("""{"a":[10e15,"é"],"b":1e0}"""), schema);
        Assert.NotEqual(JsonSchema.Parse("""{"b":1,"a":[10e15,"é"]}"""), schema);
    }
}
