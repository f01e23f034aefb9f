using Harmony.Bpe;

namespace Harmony.Core.Tests.Rendering;

/// <summary>The section <c># Response Formats</c>, which the reference's guide has and the reference
/// lacks.</summary>
public class ResponseFormatTests
{
    private static readonly HarmonyEncoding Harmony = HarmonyEncoding.OpenAI;

    private static readonly ResponseFormat Shopping = new(
        "shopping_list",
        JsonSchema.Parse("""
            { "properties": { "items": { "type": "array", "description": "entries on the list",
              "items": { "type": "string" } } }, "type": "object" }
            """),
        "What to buy.\nNothing else.");

    private static readonly ResponseFormat Plain = new("plain", JsonSchema.Parse("true"));

    private static readonly ToolNamespace Tools = ToolNamespace.Functions(new ToolDescription("f", "Does f."));

    [Fact]
    public void Render_InstructionsAndFormats_AreAsTheGuideHasThem()
    {
        DeveloperContent content = new DeveloperContent { Instructions = "Help." }
            .WithResponseFormat(Shopping)
            .WithResponseFormat(Plain);
        const string Expected = """
            # Instructions

            Help.

            # Response Formats

            ## shopping_list

            // What to buy.
            // Nothing else.
            {"properties":{"items":{"type":"array","description":"entries on the list","items":{"type":"string"}}},"type":"object"}

            ## plain

            true
            """;
        Assert.Equal(Expected.ReplaceLineEndings("\n"), TextOf(content));
    }

    [Fact]
    public void Render_FormatsAlone_AreTheWholeText() => Assert.Equal(
        "# Response Formats\n\n## plain\n\ntrue", TextOf(new DeveloperContent().WithResponseFormat(Plain)));

    [Theory]
    [InlineData("Does f.")]
    [InlineData("")]
    [InlineData("ends with a slash /")]
    [InlineData("ends with spaces  ")]
    [InlineData("ends with lines\n\n")]
    [InlineData("ends with a mark!")]
    public void Render_AllSections_AreTokenizedAsOneText(string lastWords)
    {
        // A namespace without tools ends with its description: anything may stand before the blank line.
        ToolNamespace[] namespaces = [Tools, new ToolNamespace("t") { Description = lastWords }];
        foreach (ToolNamespace tools in namespaces)
        {
            foreach (string? instructions in new[] { null, "", lastWords })
            {
                DeveloperContent content =
                    new DeveloperContent { Instructions = instructions }.WithTools(tools);
                DeveloperContent longer = content.WithResponseFormat(Shopping);
                string section = TextOf(new DeveloperContent().WithResponseFormat(Shopping));
                AssertIsOneText(content, TextOf(content));
                AssertIsOneText(longer, $"{TextOf(content)}\n\n{section}");
            }
        }
    }

    [Fact]
    public void Render_ToolsLastAndBeforeFormats_FindTheirOwnIds()
    {
        DeveloperContent last = new DeveloperContent().WithFunctionTools(new ToolDescription("both", "!"));
        DeveloperContent before = last.WithResponseFormat(Plain);
        string[] texts = [.. Enumerable.Range(0, 4).Select(i => TextOf(i % 2 == 0 ? last : before))];
        Assert.Equal(texts[0] + "\n\n# Response Formats\n\n## plain\n\ntrue", texts[1]);
        Assert.Equal(texts[..2], texts[2..]);
    }

    [Fact]
    public void Equals_Formats_IsByValue()
    {
        DeveloperContent one = new DeveloperContent().WithResponseFormat(
            new ResponseFormat("n", JsonSchema.Parse("""{ "type" : "object" }"""), "d"));
        DeveloperContent same = new DeveloperContent().WithResponseFormat(
            new ResponseFormat("n", JsonSchema.Parse("""{"type":"object"}"""), "d"));
        Assert.Equal(one, same);
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(one, one.WithResponseFormat(Plain));
    }

    [Fact]
    public void ToJson_Formats_RoundTrip()
    {
        Message message = Message.Developer(new DeveloperContent { Instructions = "i" }
            .WithResponseFormat(Shopping)
            .WithResponseFormat(Plain));
        const string Expected = """
            {"role":"developer","content":[{"type":"developer_content","instructions":"i","tools":null,
            "response_formats":[{"name":"shopping_list","description":"What to buy.\nNothing else.",
            "schema":{"properties":{"items":{"type":"array","description":"entries on the list",
            "items":{"type":"string"}}},"type":"object"}},{"name":"plain","description":null,
            "schema":true}]}]}
            """;
        Assert.Equal(Expected.ReplaceLineEndings(""), message.ToJson());
        Assert.Equal(message, Message.Parse(message.ToJson()));
    }

    [Fact]
    public void ToJson_NoFormats_IsTheReferencesJson() => Assert.Equal(
        """{"role":"developer","content":[{"type":"developer_content","instructions":"i","tools":null}]}""",
        Message.Developer(new DeveloperContent { Instructions = "i" }).ToJson());

    [Theory]
    [InlineData("""{"type":"developer_content","response_formats":5}""")]
    [InlineData("""{"type":"developer_content","response_formats":[{"name":"n"}]}""")]
    [InlineData("""{"type":"developer_content","response_formats":[{"name":"n","schema":null}]}""")]
    [InlineData("""{"type":"developer_content","response_formats":[{"schema":{}}]}""")]
    public void ReadMessage_WrongFormats_IsRefused(string content) =>
        Assert.Throws<HarmonyJsonException>(
            () => Message.Parse($$"""{"role":"developer","content":[{{content}}]}"""));

    [Fact]
    public void ReadMessage_FormatsOfNull_AreNone() => Assert.Equal(
        Message.Developer(new DeveloperContent()),
        Message.Parse(
            """{"role":"developer","content":[{"type":"developer_content","response_formats":null}]}"""));

    private static void AssertIsOneText(DeveloperContent content, string expected)
    {
        int[] ids = Harmony.Render(Message.Developer(content));
        Assert.Equal(Harmony.Encode(expected, EncodeOptions.Ordinary), ids.AsSpan()[3..^1].ToArray());
    }

    private static string TextOf(DeveloperContent content) =>
        Harmony.Decode(Harmony.Render(Message.Developer(content)).AsSpan()[3..^1]);
}
