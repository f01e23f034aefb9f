using System.Text.Json;

namespace Harmony.Core.Tests.Serialization;

/// <summary>Every type of the model through System.Text.Json, with reflection and without.</summary>
public class ConverterTests
{
    private static readonly JsonSchema Schema = JsonSchema.Parse("""{ "b" : 1.0 }""");

    private static readonly ToolNamespace Functions =
        ToolNamespace.Functions(new ToolDescription("f", "d", Schema), new ToolDescription("g", "e"));

    private static readonly ModelDocument Whole = new()
    {
        Conversation = [Message.User("Hi"), Message.ToolCall("functions.f", "{}")],
        Message = Message.ToolResult("functions.f", "42"),
        Author = new Author(Role.Tool, "functions.f"),
        Content = "text",
        TextContent = new TextContent("text"),
        SystemContent = SystemContent.Default.WithTools(Functions),
        DeveloperContent = new DeveloperContent { Instructions = "I" }.WithTools(Functions)
            .WithResponseFormat(new ResponseFormat("r", Schema)),
        ChannelConfig = ChannelConfig.Default,
        ResponseFormat = new ResponseFormat("r", Schema, "d"),
        Tools = [Functions, ToolNamespace.Python],
        Namespace = Functions with { SchemaStyle = SchemaStyle.Extended },
        Tool = Functions.Tools[0],
        Schema = Schema,
        Role = Role.Developer,
        Effort = ReasoningEffort.High,
        Style = SchemaStyle.Extended,
    };

    public static TheoryData<string, JsonSerializerOptions> Serializers => new()
    {
        { "reflection", new JsonSerializerOptions() },
        { "generated", new JsonSerializerOptions { TypeInfoResolver = TestJsonContext.Default } },
    };

    /// <summary>A type, JSON that does not fit it, and the path of the fault.</summary>
    public static TheoryData<Type, string, string> Unfit => new()
    {
        { typeof(Conversation), """{"messages":[{"role":"robot","content":"x"}]}""", "$.messages[0].role" },
        { typeof(Conversation), """{"messages":5}""", "$.messages" },
        { typeof(Message), """{"role":"user"}""", "$" },
        { typeof(Message), """{"role":"user","content":[{"type":"image"}]}""", "$.content[0]" },
        { typeof(Author), """{"role":"robot"}""", "$.role" },
        { typeof(Author), """{"name":"x"}""", "$" },
        { typeof(Author), "null", "$" },
        { typeof(Content), """{"type":"image"}""", "$" },
        { typeof(Content), "5", "$" },
        { typeof(TextContent), """{"type":"developer_content"}""", "$" },
        { typeof(SystemContent), """{"type":"text","text":"x"}""", "$" },
        { typeof(DeveloperContent), """{"type":"developer_content","tools":5}""", "$.tools" },
        { typeof(ChannelConfig), """{"valid_channels":[1],"channel_required":true}""", "$.valid_channels[0]" },
        { typeof(ResponseFormat), """{"name":"x","schema":null}""", "$.schema" },
        { typeof(ToolNamespaceCollection), """{"a b":{"name":"x"}}""", "$['a b']" },
        { typeof(ToolNamespace), """{"name":"x","tools":[],"schema_style":"odd"}""", "$.schema_style" },
        { typeof(ToolDescription), """{"name":"x"}""", "$" },
        { typeof(ToolDescription), """{"name":"x","description":"","parameters":{"a":[1e999]}}""", "$.parameters" },
        { typeof(JsonSchema), "1e999", "$" },
        { typeof(Role), "\"robot\"", "$" },
        { typeof(ReasoningEffort), "\"low\"", "$" },
        { typeof(ReasoningEffort), "null", "$" },
        { typeof(SchemaStyle), "5", "$" },
    };

    [Theory]
    [MemberData(nameof(Serializers), DisableDiscoveryEnumeration = true)]
    public void Serialize_EveryType_ReadsBackEqual(string how, JsonSerializerOptions options)
    {
        string json = JsonSerializer.Serialize(Whole, options);
        ModelDocument? read = JsonSerializer.Deserialize<ModelDocument>(json, options);
        Assert.True(Whole == read, how);
        Assert.Equal(json, JsonSerializer.Serialize(read, options));
        Assert.Equal(new ModelDocument(), JsonSerializer.Deserialize<ModelDocument>(
            JsonSerializer.Serialize(new ModelDocument(), options), options));
    }

    /// <summary>Whole strings: the order of members is the reference's.</summary>
    [Fact]
    public void Serialize_EachType_IsItsJson()
    {
        Assert.Equal("""{"type":"text","text":"x"}""", JsonSerializer.Serialize<Content>(new TextContent("x")));
        Assert.Equal("""{"type":"text","text":"x"}""", JsonSerializer.Serialize(new TextContent("x")));
        Assert.Equal(
            """{"type":"system_content","model_identity":"I","reasoning_effort":"Low","tools":null,"""
            + """ "conversation_start_date":"D","knowledge_cutoff":"K","channel_config":"""[1..]
            + """{"valid_channels":["a","b"],"channel_required":true}}""",
            JsonSerializer.Serialize(new SystemContent
            {
                ModelIdentity = "I",
                ReasoningEffort = ReasoningEffort.Low,
                ConversationStartDate = "D",
                KnowledgeCutoff = "K",
                ChannelConfig = ChannelConfig.Require("a", "b"),
            }));
        Assert.Equal(
            """{"type":"developer_content","instructions":"I","tools":{"functions":{"name":"functions","description":null,"""
            + """ "tools":[{"name":"f","description":"d","parameters":{"b":1.0}},{"name":"g","description":"e","parameters":null}]}},"""[1..]
            + """ "response_formats":[{"name":"r","description":"d","schema":{"b":1.0}}]}"""[1..],
            JsonSerializer.Serialize(new DeveloperContent { Instructions = "I" }.WithTools(Functions)
                .WithResponseFormat(new ResponseFormat("r", Schema, "d"))));
        Assert.Equal(
            """{"role":"assistant","recipient":"f","content":"{}","channel":"commentary","content_type":"json"}""",
            JsonSerializer.Serialize(Message.ToolCall("f", "{}").WithContentType("json")));
        Assert.Equal(
            """{"role":"tool","name":"f","recipient":"assistant","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}],"channel":"commentary"}""",
            JsonSerializer.Serialize(Message.ToolResult("f", "a").AddContent("b")));
        Assert.Equal("""{"role":"tool","name":"f"}""", JsonSerializer.Serialize(new Author(Role.Tool, "f")));
        Assert.Equal("""{"role":"user"}""", JsonSerializer.Serialize(new Author(Role.User)));
        Assert.Equal("\"developer\"", JsonSerializer.Serialize(Role.Developer));
        Assert.Equal("\"Medium\"", JsonSerializer.Serialize(ReasoningEffort.Medium));
        Assert.Equal("\"reference\"", JsonSerializer.Serialize(SchemaStyle.Reference));
        Assert.Equal(
            """{"name":"x","description":null,"tools":[],"schema_style":"extended"}""",
            JsonSerializer.Serialize(new ToolNamespace("x") { SchemaStyle = SchemaStyle.Extended }));
        Assert.Equal(
            """{"x":{"name":"x","description":null,"tools":[]}}""",
            JsonSerializer.Serialize<ToolNamespaceCollection>([new ToolNamespace("x")]));
        Assert.Equal("""{"messages":[]}""", JsonSerializer.Serialize(new Conversation()));
        Assert.Equal("""{ "b" : 1.0 }""", JsonSerializer.Serialize(Schema));
    }

    [Theory]
    [MemberData(nameof(Serializers), DisableDiscoveryEnumeration = true)]
    public void Serialize_RoleAsKey_IsItsWord(string how, JsonSerializerOptions options)
    {
        var counts = new Dictionary<Role, int> { [Role.Assistant] = 2, [Role.Tool] = 1 };
        string json = JsonSerializer.Serialize(counts, options);
        Assert.Equal("""{"assistant":2,"tool":1}""", json);
        Assert.Equal(counts, JsonSerializer.Deserialize<Dictionary<Role, int>>(json, options));
        Assert.True(
            Record.Exception(() => JsonSerializer.Deserialize<Dictionary<Role, int>>("{\"a\\\"b\":1}", options))
                is JsonException, how);
    }

    [Theory]
    [MemberData(nameof(Unfit))]
    public void Deserialize_WhatDoesNotFit_IsAJsonExceptionWithThePathOnce(Type type, string json, string path)
    {
        var e = Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize(json, type));
        Assert.Equal(path, e.Path);
        if (json == "null" && e is not HarmonyJsonException)
        {
            return;
        }

        var ours = Assert.IsType<HarmonyJsonException>(e);
        Assert.Equal(path, ours.Path);
        Assert.Contains($"(at {path}, byte {ours.Position})", e.Message, StringComparison.Ordinal);
        Assert.Equal(e.Message.IndexOf('$'), e.Message.LastIndexOf('$'));
        Assert.DoesNotContain("LineNumber", e.Message, StringComparison.Ordinal);
    }

    /// <summary>Within another document the path begins at its root.</summary>
    [Fact]
    public void Deserialize_WhatDoesNotFitWithinADocument_HasTheWholePath()
    {
        const string Json = """{"Conversation":{"messages":[{"role":"user","content":"x"},{"role":"robot","content":""}]}}""";
        var e = Assert.Throws<HarmonyJsonException>(() => JsonSerializer.Deserialize<ModelDocument>(Json));
        Assert.Equal("$.Conversation.messages[1].role", e.Path);
        Assert.Equal("$.Conversation", ((JsonException)e).Path);
        Assert.Contains("(at $.Conversation.messages[1].role, ", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<HarmonyJsonException>(
            () => JsonSerializer.Deserialize<Message[]>("""[{"role":"user","content":"x"},{"role":"user"}]"""));
        Assert.Equal("$[1]", e.Path);
    }

    /// <summary>A converter among the serializer's comes before the one that a type names.</summary>
    [Fact]
    public void Serialize_ConverterWithOptions_ReadsAndWritesAsTheySay()
    {
        var serializer = new JsonSerializerOptions();
        serializer.Converters.Add(new HarmonyJsonConverter(
            new HarmonyJsonOptions { KeepSampledIds = true, RefuseUnknownMembers = true }));
        Message sampled = HarmonyEncoding.OpenAI.ParseMessages([200_005, 17196, 200_008, 13225, 200_002], Role.Assistant)[0];
        string json = JsonSerializer.Serialize<Message[]>([sampled], serializer);
        Assert.Equal(
            """[{"role":"assistant","content":"Hello","channel":"final","sampled_tokens":[200005,17196,200008,13225,200002]}]""",
            json);
        Message read = Assert.Single(JsonSerializer.Deserialize<Message[]>(json, serializer)!);
        Assert.Equal(sampled.SampledIds, read.SampledIds);
        Assert.True(JsonSerializer.Deserialize<Message[]>(json)![0].SampledIds.IsEmpty);
        var e = Assert.Throws<HarmonyJsonException>(() => JsonSerializer.Deserialize<Message[]>(
            json.Replace("sampled_tokens", "samples", StringComparison.Ordinal), serializer));
        Assert.Equal("$[0].samples", e.Path);
        Assert.Throws<ArgumentNullException>(() => new HarmonyJsonConverter(null!));
    }

    [Fact]
    public void Serialize_LoneSurrogate_IsAJsonExceptionWithThePath()
    {
        var e = Assert.Throws<HarmonyJsonException>(() => JsonSerializer.Serialize<Conversation[]>(
            [[Message.User("fine")], [Message.User("x"), Message.User("a\uD800b")]]));
        Assert.EndsWith(".messages[1].content", e.Path, StringComparison.Ordinal);
        Assert.Equal("a\uD800b", e.Value);
    }
}
