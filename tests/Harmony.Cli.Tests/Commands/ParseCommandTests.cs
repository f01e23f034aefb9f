using System.Text.Json;
using System.Text.Json.Nodes;
using Harmony.Cli.Tests.Support;
using Harmony.Tests;

namespace Harmony.Cli.Tests.Commands;

public class ParseCommandTests
{
    private const string Call =
        "<|channel|>analysis<|message|>Look it up.<|end|><|start|>assistant<|channel|>commentary to=functions.f "
        + """<|constrain|>json<|message|>{"a":1}<|call|>""";

    private const string CallMessages =
        """
        {"messages":[{"role":"assistant","content":"Look it up.","channel":"analysis"},
        {"role":"assistant","recipient":"functions.f","content":"{\"a\":1}","channel":"commentary",
        "content_type":"<|constrain|>json"}]}
        """;

    [Theory]
    [InlineData(50)]
    [InlineData(1000)]
    [InlineData(20000)]
    public void Parse_ReferenceCompletion_ReferenceMessages(int size)
    {
        string file = RepositoryFiles.PathOf($"tests/Golden/bench/completion_{size}.json");
        JsonNode? expected = JsonNode.Parse(File.ReadAllText(file))!["messages"];
        CommandRun run = CommandRun.WithoutInput("parse", "--json", file).AssertSucceeded();
        JsonNode? actual = JsonNode.Parse(run.Output)!["messages"];
        Assert.True(JsonNode.DeepEquals(expected, actual));
    }

    [Theory]
    [InlineData(Call)]
    [InlineData(Call + "\n")]
    [InlineData("<|start|>assistant" + Call)]
    public void Parse_TextWithSpecialTokens_Messages(string text) =>
        AssertSame(CallMessages, CommandRun.Of(text, "parse", "--json"));

    [Fact]
    public void Parse_Ids_Messages()
    {
        byte[] ids = CommandRun.Of(Call, "encode", "--special", "all").AssertSucceeded().OutputBytes;
        AssertSame(CallMessages, CommandRun.Of(ids, "parse", "--json", "--role", "assistant"));
        byte[] json = CommandRun.Of(Call, "encode", "--special", "all", "--json").AssertSucceeded().OutputBytes;
        AssertSame(CallMessages, CommandRun.Of(json, "parse", "--json"));
    }

    [Theory]
    [InlineData(Call, "")]
    [InlineData(Call + "<|return|>", "standard input: an end token where no message is open (at id 27)")]
    public void Parse_Resilient_MessagesAndWhatIsOdd(string text, string odd)
    {
        CommandRun run = CommandRun.Of(text, "parse", "--json", "--resilient");
        AssertSame(CallMessages, run with { Error = "" });
        Assert.Equal(odd, run.Error.TrimEnd());
    }

    [Fact]
    public void Parse_OutputOfRender_TheSameConversation()
    {
        CommandRun prompt = CommandRun.Of(CallMessages, "render", "--for", "none", "--dialect", "oss");
        AssertSame(
            CallMessages,
            CommandRun.Of(prompt.AssertSucceeded().OutputBytes, "parse", "--json", "--dialect", "oss"));
    }

    [Fact]
    public void Parse_Pipe_PlainTable()
    {
        CommandRun run = CommandRun.Of(Call, "parse").AssertSucceeded();
        Assert.Contains(
            "| assistant | commentary | functions.f | <|constrain|>json | {\"a\":1}     |", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', run.Output);
    }

    [Fact]
    public void Parse_Lenient_StopTokenEndsHeader()
    {
        const string Malformed = "<|channel|>analysis oops<|end|><|start|>assistant<|channel|>final<|message|>Hi<|end|>";
        Assert.Equal(1, MessageCount(CommandRun.Of(Malformed, "parse", "--json")));
        Assert.Equal(2, MessageCount(CommandRun.Of(Malformed, "parse", "--json", "--lenient")));
        AssertSame(
            """
            {"messages":[{"role":"assistant","content":"oops","channel":"analysis"},
            {"role":"assistant","content":"Hi","channel":"final"}]}
            """,
            CommandRun.Of(Malformed, "parse", "--json", "--lenient"));
    }

    [Fact]
    public void Parse_NoCompletion_OneLine()
    {
        CommandRun.Of("<|channel|>final", "parse").AssertFailed(
            ExitCodes.Failure, "Unexpected EOS while waiting for message header to complete");
        CommandRun.Of("1 2 x", "parse").AssertFailed(ExitCodes.Failure, "'x' at byte 4 is not a token id");
        CommandRun.Of(Call, "parse", "--role", "robot").AssertFailed(ExitCodes.Usage, "--role is");
    }

    [Theory]
    [InlineData("--resilient")]
    [InlineData("--skip-stray-text")]
    [InlineData("--stop", "x")]
    public void Parse_LenientAndResilient_IsRefused(params string[] options) =>
        CommandRun.Of(Call, ["parse", "--lenient", .. options]).AssertFailed(ExitCodes.Usage, "--lenient");

    [Theory]
    [InlineData("""{"role":"assistant","channel":"final","content":"My answer"}""")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","channel":"final","content":"My answer"}]}""")]
    public void Parse_Continues_GivesTheWholeMessage(string begun)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Add("begun.json", begun);
        AssertSame(
            """{"messages":[{"role":"assistant","content":"My answer to=user is fine.","channel":"final"}]}""",
            CommandRun.Of(" to=user is fine.<|return|>", "parse", "--continues", file, "--json"));
    }

    [Theory]
    [InlineData("42", "42")]
    [InlineData("42<|return|>", "42")]
    [InlineData("[1] says so", "[1] says so")]
    [InlineData("{\"a\":1}<|call|>", "{\"a\":1}")]
    [InlineData("[4689]", "42")]
    [InlineData("{\"tokens\":[4689,200002]}", "42")]
    public void Parse_ContinuesWithNumbersOrBrackets_TellsTextFromIds(string completion, string text)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Add("begun.json", """{"role":"assistant","channel":"final","content":"> "}""");
        JsonNode messages = JsonNode.Parse(
            CommandRun.Of(completion, "parse", "--continues", file, "--json").AssertSucceeded().Output)!;
        Assert.Equal("> " + text, (string?)messages["messages"]![0]!["content"]);
    }

    [Fact]
    public void Parse_ContinuesWithSampledIds_KeepsThem()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Add(
            "begun.json",
            """
            {"role":"assistant","channel":"final","content":"Hi",
            "sampled_tokens":[200006,173781,200005,17196,200008,39,72]}
            """);
        JsonNode messages = JsonNode.Parse(
            CommandRun.Of(" you<|return|>", "parse", "--continues", file, "--keep-sampled", "--json")
                .AssertSucceeded().Output)!;
        Assert.Equal(
            "[200006,173781,200005,17196,200008,39,72,481,200002]",
            messages["messages"]![0]!["sampled_tokens"]!.ToJsonString());
    }

    [Fact]
    public void Parse_ToolsAndStops_AreKnown()
    {
        using var folder = new TemporaryFolder();
        string tools = folder.Add(
            "tools.json",
            """{"functions":{"name":"functions","tools":[{"name":"f","description":""}]}}""");
        CommandRun run = CommandRun.Of(
            "<|channel|>commentary f<|message|>{}<|call|>"
            + "<|start|>assistant<|channel|>final<|message|>a STOP b one<|return|>",
            "parse", "--tools", tools, "--stop", "one", "--stop", "STOP", "--json");
        AssertSame(
            """
            {"messages":[{"role":"assistant","recipient":"f","content":"{}","channel":"commentary"},
            {"role":"assistant","content":"a ","channel":"final"}]}
            """,
            run with { Error = "" });
        Assert.Equal("standard input: a recipient without to= (at id 1)", run.Error.TrimEnd());
    }

    [Fact]
    public void Parse_StrayText_IsAnAnswerOrSkipped()
    {
        CommandRun run = CommandRun.Of("Hello<|return|>", "parse", "--resilient", "--json");
        AssertSame("""{"messages":[{"role":"assistant","content":"Hello"}]}""", run with { Error = "" });
        run = CommandRun.Of("Hello<|return|>", "parse", "--skip-stray-text", "--json");
        AssertSame("""{"messages":[]}""", run with { Error = "" });
    }

    [Fact]
    public void Parse_BadSideFile_NamesIt()
    {
        using var folder = new TemporaryFolder();
        string empty = folder.Add("empty.json", """{"messages":[]}""");
        CommandRun.Of(Call, "parse", "--continues", empty).AssertFailed(
            ExitCodes.Failure, "empty.json: there is no message to continue");
        CommandRun.Of(Call, "parse", "--tools", empty).AssertFailed(ExitCodes.Failure, "empty.json: ");
        CommandRun.Of(Call, "parse", "--stop", "").AssertFailed(ExitCodes.Failure, "A stop string is empty");
    }

    [Theory]
    // A line end belongs to text that goes on; only the one after the last token is the editor's.
    [InlineData("<|channel|>final<|message|>a\n", "a\n")]
    [InlineData("<|channel|>final<|message|>a\n\n", "a\n\n")]
    [InlineData("<|channel|>final<|message|>a<|return|>\n", "a")]
    [InlineData("<|channel|>final<|message|>a<|return|>\r\n\n", "a")]
    public void Parse_LineEndOfTheFile_IsTextUnlessATokenEndsTheCompletion(string text, string content)
    {
        CommandRun run = CommandRun.Of(text, "parse", "--json").AssertSucceeded();
        Assert.Equal(content, (string?)JsonNode.Parse(run.Output)!["messages"]![0]!["content"]);
    }

    private static int MessageCount(CommandRun run) =>
        JsonNode.Parse(run.AssertSucceeded().Output)!["messages"]!.AsArray().Count;

    private static void AssertSame(string expected, CommandRun run)
    {
        using JsonDocument document = JsonDocument.Parse(expected);
        JsonObject actual = JsonNode.Parse(run.AssertSucceeded().Output)!.AsObject();
        Assert.Null(Harmony.Core.Tests.JsonComparison.Find(document.RootElement, actual));
    }
}
