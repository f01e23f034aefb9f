using System.Buffers;

namespace Harmony.Core.Tests.Schemas;

/// <summary>No schema prints more than the limit, in any style and on any path.</summary>
public class SchemaLimitTests
{
    private static readonly HarmonyEncoding Harmony = HarmonyEncoding.OpenAI;

    public static TheoryData<string, string> LongSchemas => new()
    {
        { "deep and wide", Nested(100, string.Join(',', Enumerable.Range(0, 3_000).Select(static i => $"\"p{i}\":{{}}"))) },
        { "a huge enum", "{\"type\":\"string\",\"enum\":[" + string.Join(',', Enumerable.Range(0, 200_000).Select(static i => $"\"v{i}\"")) + "]}" },
        { "a long description", "{\"type\":\"object\",\"description\":\"" + new string('d', 1 << 20) + "\"}" },
        { "a long default", "{\"type\":\"object\",\"properties\":{\"a\":{\"default\":\"" + new string('d', 1 << 20) + "\"}}}" },
        { "a long key", "{\"type\":\"object\",\"properties\":{\"" + new string('k', 1 << 20) + "\":{}}}" },
    };

    [Theory]
    [MemberData(nameof(LongSchemas), DisableDiscoveryEnumeration = true)]
    public void Render_TypeBeyondTheLimit_IsRefusedWithTheToolAndTheLimit(string what, string json)
    {
        foreach (SchemaStyle style in Enum.GetValues<SchemaStyle>())
        {
            var schema = JsonSchema.Parse(json);
            ToolNamespace tools = new("ns", new ToolDescription("ok", "d"), new ToolDescription("long", "d", schema))
            {
                SchemaStyle = style,
            };
            Conversation chat =
                [Message.User("Hi"), Message.Developer(new DeveloperContent { Instructions = "I", Tools = [tools] })];
            var writer = new ArrayBufferWriter<int>();
            var e = Assert.Throws<HarmonyRenderException>(() => Harmony.Render(chat, writer));
            Assert.Equal((1, 0), (e.MessageIndex, writer.WrittenCount));
            Assert.Contains("ns.long", e.Message, StringComparison.Ordinal);
            Assert.Contains("1048576", e.Message, StringComparison.Ordinal);
            Assert.Contains("MaxSchemaLength", e.Message, StringComparison.Ordinal);
            Assert.Null(e.Field);
            Message system = Message.System(new SystemContent { Tools = [tools] });
            Assert.Throws<HarmonyRenderException>(() => Harmony.Render(system, writer));
            Assert.Equal(0, writer.WrittenCount);
            var held = new ConversationRenderer(Harmony);
            held.AddRange(chat.Messages.AsSpan());
            Assert.Throws<HarmonyRenderException>(() => { held.Render(); });
            Assert.Null(PrintedSchema.TryPrint(schema, style, 1 << 20));

            // Large enough a limit lets it through.
            int[] ids = Harmony.Render(chat, new RenderOptions { MaxSchemaLength = int.MaxValue });
            Assert.True(ids.Length > 1_000, what);
        }
    }

    [Fact]
    public void Render_LimitThatIsJustEnough_AndOneLess()
    {
        foreach (SchemaStyle style in Enum.GetValues<SchemaStyle>())
        {
            const string Json = """{"type":"object","properties":{"a":{"type":"string"}},"title":"exact"}""";
            int length = PrintedSchema.Print(Json, style).Length;
            Assert.Equal(length, PrintedSchema.TryPrint(JsonSchema.Parse(Json), style, length)!.Length);
            Assert.Null(PrintedSchema.TryPrint(JsonSchema.Parse(Json), style, length - 1));
            Conversation chat = Chat(JsonSchema.Parse(Json), style);
            Harmony.Render(chat, new RenderOptions { MaxSchemaLength = length });
            Assert.Throws<HarmonyRenderException>(
                () => Harmony.Render(chat, new RenderOptions { MaxSchemaLength = length - 1 }));
        }
    }

    /// <summary>Tools that are in a cache, by themselves or as equal ones, are measured by the same
    /// limit.</summary>
    [Theory]
    [InlineData(SchemaStyle.Reference)]
    [InlineData(SchemaStyle.Extended)]
    public void Render_LowerLimitAfterAHigher_IsRefused(SchemaStyle style)
    {
        const string Json = """{"type":"object","properties":{"cached":{"type":"string"}}}""";
        var low = new RenderOptions { MaxSchemaLength = 10 };
        Conversation first = Chat(JsonSchema.Parse(Json), style);
        for (int i = 0; i < 3; i++)
        {
            int[] expected = Harmony.Render(first);
            Assert.Throws<HarmonyRenderException>(() => Harmony.Render(first, low));
            Conversation equal = Chat(JsonSchema.Parse(Json), style);
            Assert.Throws<HarmonyRenderException>(() => Harmony.Render(equal, low));
            Assert.Equal(expected, Harmony.Render(equal));
            Assert.Throws<HarmonyRenderException>(() => Harmony.Render(equal, low));
        }

        var held = new ConversationRenderer(Harmony);
        held.AddRange(first.Messages.AsSpan());
        int[] prompt = held.Render().ToArray();
        held.Options = held.Options with { MaxSchemaLength = 10 };
        Assert.Throws<HarmonyRenderException>(() => { held.Render(); });
        held.Options = held.Options with { MaxSchemaLength = 100 };
        Assert.Equal(prompt, held.Render().ToArray());
        Assert.Equal(prompt.Length, held.UnchangedIdCount);
    }

    /// <summary>A duplicate that is printed and taken back needs room as well, so that the limit does not depend
    /// on what was printed before.</summary>
    [Fact]
    public void Print_TextThatIsTakenBack_NeedsRoomBeforeAndAfter()
    {
        JsonSchema schema = JsonSchema.Parse(
            """{"items":{"anyOf":[{"const":"abcdefgh"},{"const":"abcdefgh"}]}}""");
        Assert.Null(PrintedSchema.TryPrint(schema, SchemaStyle.Extended, 12));
        Assert.Equal("\"abcdefgh\"[]", PrintedSchema.Print(schema, SchemaStyle.Extended));
        Assert.Null(PrintedSchema.TryPrint(schema, SchemaStyle.Extended, 12));
        Assert.Equal("\"abcdefgh\"[]", PrintedSchema.TryPrint(schema, SchemaStyle.Extended, 23));
    }

    [Fact]
    public void MaxSchemaLength_Negative_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(static () => new RenderOptions { MaxSchemaLength = -1 });

    private static Conversation Chat(JsonSchema schema, SchemaStyle style) =>
    [
        Message.Developer(new DeveloperContent().WithTools(
            ToolNamespace.Functions(new ToolDescription("f", "d", schema)) with { SchemaStyle = style })),
    ];

    private static string Nested(int levels, string innermost) =>
        string.Concat(Enumerable.Repeat("""{"type":"object","properties":{"a":""", levels))
        + "{\"type\":\"object\",\"properties\":{" + innermost + "}}"
        + string.Concat(Enumerable.Repeat("}}", levels));
}
