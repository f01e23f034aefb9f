using System.Text;
using System.Text.Json;
using Harmony.Core.Json;

namespace Harmony.Core.Tests.Serialization;

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
        var e = Assert.Throws<HarmonyJsonException>(() => Conversation.Parse(json));
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
    [InlineData("""{"role":"user","content":"x","more":["\ud800"]}""", ".more", null)]
    [InlineData("""{"role":"user","content":"x","more":{"\ud800":1}}""", ".more", null)]
    [InlineData("""{"role":{"user":null,"tool":null},"content":"x"}""", ".role", "another member")]
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
        Assert.Equal(same, Conversation.Parse(json).ToJson());

    [Theory]
    [InlineData("""[]""")]
    [InlineData("""[[],1]""")]
    [InlineData("""{"messages":[["user","hi"]]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[["text"]]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[["text","hi",1]]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[[]]}]}""")]
    [InlineData("""{"messages":[{"role":{"user":1},"content":"hi"}]}""")]
    [InlineData("""{"messages":[{"role":{"user":null,"tool":null},"content":"hi"}]}""")]
    [InlineData("""{"messages":[{"role":["user"],"content":"hi"}]}""")]
    [InlineData("""{"messages":[{"role":"developer","content":[["developer_content",null,{"a":["a",null,[["f","d"]]]}]]}]}""")]
    [InlineData("""{"messages":[{"role":"developer","content":[["developer_content",null,{"a":["a",null]}]]}]}""")]
    [InlineData("""{"messages":[{"role":"developer","content":[["developer_content",null]]}]}""")]
    [InlineData("""{"messages":[{"role":"system","content":[["system_content",null,null,null,null,null,[["a"]]]]}]}""")]
    [InlineData("""{"messages":[{"role":{},"content":"hi"}]}""")]
    public void ReadConversation_ListsThatAreNoObject_AreRefused(string json) =>
        Assert.Throws<HarmonyJsonException>(() => Conversation.Parse(json));

    [Theory]
    [InlineData(JsonText.MaxDepth + 1)]
    [InlineData(100_000)]
    public void ReadConversation_TooDeep_IsRefused(int depth)
    {
        string deep = new string('[', depth) + new string(']', depth);
        Assert.Throws<HarmonyJsonException>(() => Conversation.Parse(deep));
        string skipped = $$"""{"x":{{deep}},"messages":[]}""";
        Assert.Throws<HarmonyJsonException>(() => Conversation.Parse(skipped));
        Assert.Throws<HarmonyJsonException>(() => JsonSchema.Parse(deep));
    }

    /// <summary>Where the fault is, in bytes, whatever it is and on whichever line.</summary>
    [Theory]
    [InlineData("""{"messages":5}""", 12)]
    [InlineData("""{"messages":[{"role":"röbot","content":""}]}""", 21)]
    [InlineData("""{"messages":[]} 1""", 16)]
    [InlineData("{\n\n \"messages\":[\n,]}", 17)]
    [InlineData("""{"messages":[{"role":"user","content":"x","more":1e999}]}""", 49)]
    [InlineData("""{"messages":[{"role":"user","content":"\ud800"}]}""", 38)]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"developer_content","tools":{"a":{"name":"a","tools":[{"name":"f","description":"","parameters":{"x":[ 1e999]}}]}}}]}]}""",
        143)]
    public void ReadConversation_Malformed_TellsTheByte(string json, long position)
    {
        var e = Assert.Throws<HarmonyJsonException>(() => Conversation.Parse(json));
        Assert.Equal(position, e.Position);
        Assert.Contains($"byte {position})", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"a\":1,}", 7)]
    [InlineData("[1]\n\n x", 6)]
    [InlineData("", 0)]
    public void Parse_SchemaThatIsMalformed_TellsTheByte(string json, long position) =>
        Assert.Equal(position, Assert.Throws<HarmonyJsonException>(() => JsonSchema.Parse(json)).Position);

    /// <summary>What can be made can be stored: a schema as deep as may be, wherever it stands.</summary>
    [Theory]
    [InlineData(230)]
    [InlineData(250)]
    [InlineData(JsonText.MaxDepth)]
    public void ToJson_DeepSchema_ReadsBackEqual(int depth)
    {
        JsonSchema schema = JsonSchema.Parse(new string('[', depth) + new string(']', depth));
        ToolNamespace tools = ToolNamespace.Functions(new ToolDescription("f", "d", schema));
        Conversation chat =
        [
            Message.System(new SystemContent { Tools = [tools] }),
            Message.Developer(new DeveloperContent { Tools = [tools] }
                .WithResponseFormat(new ResponseFormat("r", schema))),
        ];
        Assert.Equal(chat, Conversation.Parse(chat.ToJson()));
        Assert.Equal(chat.Messages[1], Message.Parse(chat.Messages[1].ToJson()));
        Assert.Equal(
            depth == JsonText.MaxDepth,
            Record.Exception(() => Conversation.Parse(
                chat.ToJson().Replace($":{schema}", $":[{schema}]", StringComparison.Ordinal)))
                is HarmonyJsonException);
    }

    public static TheoryData<string, Message> LoneSurrogates => new()
    {
        { "$.messages[0].content", Message.User("\uDC00") },
        { "$.messages[0].content[1].text", new Message(Role.User, "a", "x\uD800") },
        { "$.messages[0].name", Message.User("x").WithName("\uD800\uD800\uDC00") },
        { "$.messages[0].recipient", Message.User("x").WithRecipient("\uD800") },
        { "$.messages[0].channel", Message.User("x").WithChannel("\uD800") },
        { "$.messages[0].content_type", Message.User("x").WithContentType("\uD800") },
        { "$.messages[0].content[0].model_identity", Message.System(new SystemContent { ModelIdentity = "\uD800" }) },
        { "$.messages[0].content[0].channel_config.valid_channels[1]",
            Message.System(new SystemContent { ChannelConfig = ChannelConfig.Require("a", "\uD800") }) },
        { "$.messages[0].content[0].instructions", Message.Developer("\uD800") },
        { "$.messages[0].content[0].tools.functions.tools[1].description", Message.Developer(
            new DeveloperContent().WithFunctionTools(new ToolDescription("f", "d"), new ToolDescription("g", "\uD800"))) },
        { "$.messages[0].content[0].tools['\uD800']", Message.Developer(
            new DeveloperContent { Tools = [new ToolNamespace("\uD800")] }) },
        { "$.messages[0].content[0].response_formats[0].name", Message.Developer(
            new DeveloperContent().WithResponseFormat(new ResponseFormat("\uD800", JsonSchema.Parse("{}")))) },
    };

    [Theory]
    [MemberData(nameof(LoneSurrogates), DisableDiscoveryEnumeration = true)]
    public void ToJson_LoneSurrogate_IsRefusedWithThePath(string path, Message message)
    {
        Conversation chat = [message];
        var e = Assert.Throws<HarmonyJsonException>(() => chat.ToJson());
        Assert.Equal(path, e.Path);
        Assert.Contains("lone surrogate", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TextWithALoneSurrogate_IsRefused()
    {
        Assert.Equal(28, Assert.Throws<HarmonyJsonException>(
            () => Message.Parse("{\"role\":\"user\",\"content\":\"é\uD800\"}")).Position);
        Assert.Throws<HarmonyJsonException>(() => Conversation.Parse("{\"messages\":[],\"x\":\"\uDC00\"}"));
        Assert.Throws<HarmonyJsonException>(() => JsonSchema.Parse("\"\uDC00\uD800\""));
        Assert.Equal("😊", Message.Parse("{\"role\":\"user\",\"content\":\"😊\"}").Text);
    }

    public static TheoryData<string, string> UnknownMembers => new()
    {
        { "$.messages[0].tool_calls", """{"messages":[{"role":"user","content":"x","tool_calls":[{"a":1}]}]}""" },
        { "$.messages[0].thinking", """{"messages":[{"role":"user","thinking":null,"content":"x"}]}""" },
        { "$.messages[0].sampled_tokens", """{"messages":[{"role":"user","content":"x","sampled_tokens":[]}]}""" },
        { "$.model", """{"model":"x","messages":[]}""" },
        { "$.messages[0].content[0].annotations",
            """{"messages":[{"role":"user","content":[{"type":"text","text":"x","annotations":[]}]}]}""" },
        { "$.messages[0].content[0].identity",
            """{"messages":[{"role":"system","content":[{"type":"system_content","identity":"x"}]}]}""" },
        { "$.messages[0].content[0].channel_config['a b']", """
            {"messages":[{"role":"system","content":[{"type":"system_content",
             "channel_config":{"valid_channels":[],"channel_required":true,"a b":1}}]}]}
            """ },
        { "$.messages[0].content[0].tools.a.tools[0].strict", """
            {"messages":[{"role":"developer","content":[{"type":"developer_content",
             "tools":{"a":{"name":"a","tools":[{"name":"f","description":"d","strict":true}]}}}]}]}
            """ },
        { "$.messages[0].content[0].response_formats[0].strict", """
            {"messages":[{"role":"developer","content":[{"type":"developer_content",
             "response_formats":[{"name":"a","schema":{"anything":{"goes":1}},"strict":true}]}]}]}
            """ },
    };

    [Theory]
    [MemberData(nameof(UnknownMembers))]
    public void ReadConversation_UnknownMember_IsSkippedToldOrRefused(string path, string json)
    {
        var told = new List<string>();
        Conversation skipped = Conversation.Parse(json);
        Assert.Equal(
            skipped, Conversation.Parse(json, new HarmonyJsonOptions { UnknownMemberSkipped = told.Add }));
        Assert.Equal([path], told);
        told.Clear();
        var e = Assert.Throws<HarmonyJsonException>(() => Conversation.Parse(
            json, new HarmonyJsonOptions { RefuseUnknownMembers = true, UnknownMemberSkipped = told.Add }));
        Assert.Equal(path, e.Path);
        Assert.Contains("Unknown member", e.Message, StringComparison.Ordinal);
        Assert.Empty(told);
        Assert.Equal(skipped, Conversation.Parse(
            skipped.ToJson(), new HarmonyJsonOptions { RefuseUnknownMembers = true }));
    }

    [Fact]
    public void Parse_EveryOverload_TakesTheOptions()
    {
        var options = new HarmonyJsonOptions { RefuseUnknownMembers = true };
        const string Json = """{"messages":[],"x":1}""";
        const string OfMessage = """{"role":"user","content":"","x":1}""";
        byte[] utf8 = Encoding.UTF8.GetBytes(Json);
        Assert.Throws<HarmonyJsonException>(() => Conversation.Parse(Json, options));
        Assert.Throws<HarmonyJsonException>(() => Conversation.Parse(utf8, options));
        Assert.Throws<HarmonyJsonException>(() => Message.Parse(OfMessage, options));
        Assert.Throws<HarmonyJsonException>(() => Message.Parse(Encoding.UTF8.GetBytes(OfMessage), options));
    }

    [Fact]
    public void Parse_HugeMessage_IsRead()
    {
        var chat = Conversation.FromMessages(Message.User(new string('x', 10_000_000)));
        Assert.Equal(chat, Conversation.Parse(chat.ToJson()));
    }

    [Fact]
    public async Task DeserializeAsync_Stream_IsReadToItsEnd()
    {
        using var stream = new MemoryStream("""{"messages":[{"role":"user","content":"hi"}]}"""u8.ToArray());
        CancellationToken ct = TestContext.Current.CancellationToken;
        Conversation? read = await JsonSerializer.DeserializeAsync<Conversation>(stream, cancellationToken: ct);
        Assert.Equal([Message.User("hi")], read);
    }

    [Fact]
    public void ToJson_FullConversation_ReadsBackEqual()
    {
        JsonSchema schema = JsonSchema.Parse("""{ "type": "number", "default": 1e16 }""");
        Conversation chat =
        [
            Message.System(SystemContent.Default.WithBrowserTool().WithPythonTool() with
            {
                ConversationStartDate = "2025-06-28",
                ReasoningEffort = ReasoningEffort.High,
            }),
            Message.Developer(new DeveloperContent { Instructions = "Be \"brief\".\u0001" }
                .WithFunctionTools(new ToolDescription("f", "d", schema))),
            Message.User("Hi 😊").WithName("alice"),
            new Message(Role.Assistant, "a", "b").WithChannel("commentary").WithRecipient("functions.f")
                .WithContentType(ContentTypes.Json),
            Message.ToolResult("functions.f", "{}"),
        ];
        Conversation read = Conversation.Parse(chat.ToJson());
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
        Assert.Equal(Spelled, JsonDocument.Parse(schema.ToString()).RootElement.GetRawText());
        Assert.Equal(Spelled, JsonSerializer.Serialize(schema));
        Assert.Equal(Spelled, JsonSerializer.Deserialize<JsonSchema>(Spelled)!.ToString());
        Assert.Equal(schema, JsonSchema.FromElement(JsonDocument.Parse(schema.ToString()).RootElement));
        Assert.Equal(JsonSchema.Parse("""{"b":1e0,"a":[10e15,"é"]}"""), schema);
        Assert.NotEqual(JsonSchema.Parse("""{"a":[10e15,"é"],"b":1e0}"""), schema);
        Assert.NotEqual(JsonSchema.Parse("""{"b":1,"a":[10e15,"é"]}"""), schema);
    }
}
