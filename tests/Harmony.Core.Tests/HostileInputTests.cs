using System.Buffers;
using Harmony.Core.Json;

namespace Harmony.Core.Tests;

/// <summary>Inputs that are too deep, too many or too long: a clear error or a result, and in time that grows with
/// the input. What is quadratic would not finish here.</summary>
public sealed class HostileInputTests
{
    private const int Million = 1_000_000;
    private const int Start = 200_006;
    private const int Channel = 200_005;
    private const int Constrain = 200_003;
    private const int MessageMarker = 200_008;
    private const int End = 200_007;

    private static readonly HarmonyEncoding Encoding = HarmonyEncoding.OpenAI;

    public static TheoryData<string, string> Nests => new()
    {
        { "[", "]" },
        { "{\"a\":", "}" },
        { "{\"type\":\"array\",\"items\":", "}" },
        { "{\"type\":\"object\",\"properties\":{\"a\":", "}}" },
        { "{\"oneOf\":[", "]}" },
    };

    [Theory]
    [MemberData(nameof(Nests))]
    public void Parse_SchemaOfTenThousandLevels_IsRefused(string open, string close)
    {
        string schema = Nested(open, close, levels: 10_000);

        Assert.Throws<HarmonyJsonException>(() => JsonSchema.Parse(schema));
        Assert.Throws<HarmonyJsonException>(() => Conversation.Parse(ConversationWith(schema)));
        Assert.Throws<HarmonyJsonException>(() => Conversation.Parse(schema));
        Assert.Throws<HarmonyJsonException>(() => Message.Parse(schema));
    }

    /// <summary>As deep as may be, and printed on a thread with little stack.</summary>
    [Theory]
    [MemberData(nameof(Nests))]
    public void Print_SchemaAsDeepAsMayBe_NeedsLittleStack(string open, string close)
    {
        int perLevel = open.Count(static c => c is '{' or '[');
        JsonSchema schema = JsonSchema.Parse(Nested(open, close, (JsonText.MaxDepth - 1) / perLevel));
        string? printed = null;
        var thread = new Thread(() => printed = PrintedSchema.Print(schema), maxStackSize: 256 * 1024);
        thread.Start();
        thread.Join();

        Assert.NotNull(printed);
        string json = ConversationWith(Nested(open, close, (JsonText.MaxDepth - 20) / perLevel));
        Assert.Equal(json, Conversation.Parse(json).ToJson());
    }

    [Fact]
    public void Render_HundredThousandTools_GivesThemAll()
    {
        ToolDescription[] tools =
        [
            .. Enumerable.Range(0, 100_000).Select(static i => new ToolDescription(
                $"f{i}", "Does it.", JsonSchema.Parse("""{"type":"object","properties":{"x":{"type":"string"}}}"""))),
        ];
        ToolNamespace[] namespaces = [.. Enumerable.Range(0, 100_000).Select(static i => new ToolNamespace($"n{i}"))];
        Conversation conversation =
        [
            Message.Developer(new DeveloperContent { Tools = ToolNamespaceCollection.Create(namespaces) }
                .WithFunctionTools(tools)),
        ];

        int[] ids = Encoding.Render(conversation);

        string text = Encoding.Decode(ids);
        Assert.Contains("type f99999 = (_:", text, StringComparison.Ordinal);
        Assert.Contains("## n99999", text, StringComparison.Ordinal);
        Assert.Equal(conversation, Conversation.Parse(conversation.ToJson()));
    }

    [Fact]
    public void Parse_MillionMessages_GivesThemAll()
    {
        int[] one = [Start, .. Encoding.Encode("user"), MessageMarker, .. Encoding.Encode("hi"), End];
        int[] ids = [.. Enumerable.Repeat(one, Million).SelectMany(static message => message)];

        ValueList<Message> messages = Encoding.ParseMessages(ids);

        Assert.Equal(Million, messages.Count);
        Assert.Equal(Message.User("hi"), messages[Million - 1]);
        Assert.Equal(ids, Encoding.Render(new Conversation(messages)));
    }

    /// <summary>Headers that are all words, all one word, all markers: each part of the format a million times.</summary>
    [Theory]
    [InlineData(Constrain, null)]
    [InlineData(Channel, null)]
    [InlineData(0, " x")]
    [InlineData(0, "x")]
    [InlineData(0, "<")]
    [InlineData(0, " to=")]
    [InlineData(0, "\n")]
    public void Parse_HeaderOfMillionIds_IsReadOrRefused(int marker, string? text)
    {
        int[] part = text is null ? [marker] : Encoding.Encode(text);
        int[] ids = [Start, .. Encoding.Encode("assistant"), .. Enumerable.Repeat(part[0], Million), MessageMarker, End];
        foreach (HarmonyDialect dialect in Enum.GetValues<HarmonyDialect>())
        {
            HarmonyEncoding encoding = HarmonyEncoding.For(dialect);
            try
            {
                Assert.Single(encoding.ParseMessages(ids));
            }
            catch (HarmonyParseException e)
            {
                Assert.NotEmpty(e.Message);
            }

            Assert.Throws<HarmonyParseException>(() => encoding.ParseMessages(ids.AsSpan(..^2)));
        }
    }

    /// <summary>Messages go into logs; the header's whole text is the exception's value.</summary>
    [Theory]
    [InlineData(" x", "message header: \"x x x")]
    [InlineData("x", "Unknown role: assistantxxx")]
    [InlineData("\U0001F600", "Unknown role: assistant\U0001F600")]
    public void Parse_LongHeaderAtFault_MessageHasItsBeginningAndLength(string text, string beginning)
    {
        int[] header = Encoding.Encode("assistant" + string.Concat(Enumerable.Repeat(text, 10_000)));

        var e = Assert.Throws<HarmonyParseException>(() => Encoding.ParseMessages([Start, .. header, MessageMarker, End]));

        Assert.NotNull(e.Value);
        Assert.Contains(beginning, e.Message, StringComparison.Ordinal);
        Assert.Contains($"\u2026 ({e.Value.Length} chars)", e.Message, StringComparison.Ordinal);
        Assert.InRange(e.Value.Length, 9_000, 50_000);
        Assert.InRange(e.Message.Length, 200, 400);
        Assert.False(char.IsHighSurrogate(e.Message[e.Message.IndexOf('\u2026', StringComparison.Ordinal) - 1]));
    }

    /// <summary>Each channel after the first is cut out of the header in the dialect that takes only one.</summary>
    [Fact]
    public void Parse_HeaderOfManyChannels_KeepsTheFirst()
    {
        int[] ids =
        [
            Start, .. Encoding.Encode("assistant"), Channel, .. Encoding.Encode("final"),
            .. Enumerable.Repeat<int[]>([Channel, .. Encoding.Encode("analysis ")], 300_000).SelectMany(static part => part),
            MessageMarker, End,
        ];

        Message message = Assert.Single(HarmonyEncoding.For(HarmonyDialect.OssHarmony).ParseMessages(ids));

        Assert.Equal("final", message.Channel);
    }

    [Fact]
    public void Parse_ContentOfMillionIds_IsItsText()
    {
        int letter = Assert.Single(Encoding.Encode(" a"));
        int[] ids = [Start, .. Encoding.Encode("user"), MessageMarker, .. Enumerable.Repeat(letter, Million), End];

        Message message = Assert.Single(Encoding.ParseMessages(ids));

        Assert.Equal(2 * Million, message.Text.Length);
    }

    [Fact]
    public void Read_MillionRepeatedOrUnknownMembers_IsReadOrRefused()
    {
        string unknown = string.Concat(Enumerable.Range(0, Million).Select(static i => $"\"x{i}\":[{{}}],"));
        string repeated = string.Concat(Enumerable.Repeat("\"type\":\"object\",", Million));

        Assert.Equal(Message.User("hi"), Message.Parse("{" + unknown + "\"role\":\"user\",\"content\":\"hi\"}"));
        Assert.Equal(
            JsonSchema.Parse("{\"type\":\"object\",\"a\":1}"), JsonSchema.Parse("{" + repeated + "\"a\":1}"));
        Assert.Throws<HarmonyJsonException>(
            () => Message.Parse("{\"role\":\"user\",\"role\":\"user\",\"content\":\"hi\"}"));
    }

    /// <summary>Found by the fuzzer: the comparison of such a name with those that are known threw an error that is not
    /// ours.</summary>
    [Theory]
    [InlineData("""{"mess\ud800ages":[]}""")]
    [InlineData("""{"messages":[{"role":"user","cont\ud800ent":"hi"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"ty\ud800pe":"text","text":"hi"}]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"text","te\ud800xt":"hi"}]}]}""")]
    [InlineData("""{"messages":[{"role":{"us\ud800er":null},"content":"hi"}]}""")]
    public void Read_NameWithLoneSurrogate_IsRefused(string json)
    {
        Assert.Throws<HarmonyJsonException>(() => Conversation.Parse(json));
        Assert.Throws<HarmonyJsonException>(() => Message.Parse(json));
    }

    [Fact]
    public void Print_WideSchema_GivesEveryProperty()
    {
        const int Properties = 200_000;
        string members = string.Join(',', Enumerable.Range(0, Properties).Select(
            static i => $"\"p{i}\":{{\"type\":\"string\",\"nullable\":true}}"));
        string required = string.Join(',', Enumerable.Range(0, Properties).Select(static i => $"\"p{i}\""));
        JsonSchema schema = JsonSchema.Parse(
            $"{{\"type\":\"object\",\"properties\":{{{members}}},\"required\":[{required}]}}");

        string printed = PrintedSchema.Print(schema);

        Assert.Equal(Properties, printed.Split('\n').Count(static line => line.EndsWith(": string | null,", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("<|end|")]
    [InlineData("\u0301")]
    [InlineData("\0")]
    public void Render_MegabyteOfOneThing_ParsesBack(string unit)
    {
        string text = string.Concat(Enumerable.Repeat(unit, Million / unit.Length));
        int[] ids = Encoding.Render([Message.User(text)]);

        Assert.Equal(text, Assert.Single(Encoding.ParseMessages(ids)).Text);
        Assert.Equal(
            OperationStatus.DestinationTooSmall,
            Encoding.Render([Message.User(text)], new int[10], out _, out int missing));
        Assert.Equal(ids.Length, missing + 10);
    }

    private static string Nested(string open, string close, int levels) => string.Concat(
        string.Concat(Enumerable.Repeat(open, levels)),
        open is "[" ? string.Empty : "{}",
        string.Concat(Enumerable.Repeat(close, levels)));

    private static string ConversationWith(string schema)
    {
        var tool = new ToolDescription("f", "", JsonSchema.Parse("\"SCHEMA\""));
        Conversation conversation = [Message.Developer(new DeveloperContent().WithFunctionTools(tool))];
        return conversation.ToJson().Replace("\"SCHEMA\"", schema, StringComparison.Ordinal);
    }
}
