namespace Harmony.Core.Tests.Schemas;

/// <summary>A namespace's style through rendering and JSON.</summary>
public class SchemaStyleTests
{
    private static readonly HarmonyEncoding Harmony = HarmonyEncoding.OpenAI;

    private static readonly ToolNamespace Reference = ToolNamespace.Functions(
        new ToolDescription("f", "d", JsonSchema.Parse("""{"anyOf":[{"type":"string"},{"type":"null"}]}""")));

    private static readonly ToolNamespace Extended = Reference with { SchemaStyle = SchemaStyle.Extended };

    [Fact]
    public void Render_EachStyle_IsItsOwnAlsoFromTheCache()
    {
        for (int i = 0; i < 2; i++)
        {
            Assert.Contains("type f = (_: any) => any;", Developer(Reference), StringComparison.Ordinal);
            Assert.Contains(
                "type f = (_: string | null) => any;", Developer(Extended), StringComparison.Ordinal);
            Assert.Contains("(_: any)", System(Reference), StringComparison.Ordinal);
            Assert.Contains("(_: string | null)", System(Extended), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ToJson_Style_RoundTripsAndIsAbsentByDefault()
    {
        Message reference = Message.Developer(new DeveloperContent().WithTools(Reference));
        Message extended = Message.Developer(new DeveloperContent().WithTools(Extended));
        Assert.DoesNotContain("schema_style", reference.ToJson(), StringComparison.Ordinal);
        Assert.Contains("}],\"schema_style\":\"extended\"}", extended.ToJson(), StringComparison.Ordinal);
        Assert.Equal(reference, Message.Parse(reference.ToJson()));
        Assert.Equal(extended, Message.Parse(extended.ToJson()));
        Assert.NotEqual(reference, extended);
        Assert.Throws<HarmonyJsonException>(() => Message.Parse(
            extended.ToJson().Replace("\"extended\"", "\"other\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""["functions",null,[]]""", true)]
    [InlineData("""["functions",null,[],"extended"]""", false)]
    public void ReadMessage_NamespaceByPosition_HasNoStyle(string tools, bool isRead)
    {
        string json =
            $$$"""{"role":"developer","content":[{"type":"developer_content","tools":{"functions":{{{tools}}}}}]}""";
        Exception? refused = Record.Exception(() => Message.Parse(json));
        Assert.Equal(isRead, refused is null);
        Assert.True(refused is null or HarmonyJsonException);
    }

    /// <summary>Schemas that allow for no arguments: the guide writes an empty list of parameters, the
    /// reference an empty object.</summary>
    [Theory]
    [InlineData("""{"type":"object","properties":{}}""", "type f = () => any;")]
    [InlineData("""{"type":"object"}""", "type f = () => any;")]
    [InlineData("""{"properties":{}}""", "type f = () => any;")]
    [InlineData("""{"type":["object"],"properties":{},"required":[]}""", "type f = () => any;")]
    [InlineData("""{"type":"object","properties":{},"additionalProperties":false,"$schema":"x","title":"T"}""",
        "type f = () => any;")]
    [InlineData("""{"$ref":"#/$defs/None","$defs":{"None":{"type":"object"}}}""", "type f = () => any;")]
    [InlineData("""{"allOf":[{"type":"object","properties":{}}]}""", "type f = () => any;")]
    [InlineData("""{"type":"object","description":"No\narguments."}""",
        "// No\n// arguments.\ntype f = () => any;")]
    [InlineData("""{"type":"object","additionalProperties":true}""",
        "type f = (_: {\n[key: string]: any,\n}) => any;")]
    [InlineData("""{"type":"object","nullable":true}""", "type f = (_: {\n} | null) => any;")]
    [InlineData("""{"type":"object","required":["a"]}""", "type f = (_: {\n}) => any;")]
    [InlineData("""{"type":"object","patternProperties":{"^x":{}}}""", "type f = (_: {\n}) => any;")]
    [InlineData("""{"type":"object","minProperties":1}""", "type f = (_: {\n}) => any;")]
    [InlineData("""{"type":"object","unevaluatedProperties":{}}""", "type f = (_: {\n}) => any;")]
    [InlineData("""{"type":"object","unevaluatedProperties":true}""", "type f = (_: {\n}) => any;")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"object"}}}""",
        "type f = (_: {\na?: {\n    },\n}) => any;")]
    [InlineData("""{}""", "type f = (_: any) => any;")]
    public void Render_ToolWithoutArguments_HasNoParameterInTheExtendedStyle(string schema, string expected)
    {
        ToolNamespace tools = ToolNamespace.Functions(new ToolDescription("f", "d", JsonSchema.Parse(schema)));
        Assert.Contains(
            "\n// d\n" + expected + "\n\n} // namespace",
            Developer(tools with { SchemaStyle = SchemaStyle.Extended }), StringComparison.Ordinal);
        Assert.Contains("\n// d\ntype f = (_: ", Developer(tools), StringComparison.Ordinal);
        if (expected == "type f = () => any;" && schema.StartsWith("{\"type\":\"object\"", StringComparison.Ordinal))
        {
            Assert.Contains("type f = (_: {\n}) => any;", Developer(tools), StringComparison.Ordinal);
        }
    }

    private static string Developer(ToolNamespace tools) =>
        Harmony.Decode(Harmony.Render(Message.Developer(new DeveloperContent().WithTools(tools))));

    private static string System(ToolNamespace tools) =>
        Harmony.Decode(Harmony.Render(Message.System(new SystemContent { Tools = [tools] })));
}
