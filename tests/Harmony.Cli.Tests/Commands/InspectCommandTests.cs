using Harmony.Cli.Output;
using Harmony.Cli.Tests.Support;

namespace Harmony.Cli.Tests.Commands;

public class InspectCommandTests
{
    [Fact]
    public void Inspect_Pipe_TokensAboveIdsWithoutColour()
    {
        CommandRun run = CommandRun.Of("Hello, world!\n  你好 💖", "inspect").AssertSucceeded();
        Assert.Equal(
            [
                "Hello│, │·world│!\\n │",
                "13225│11│2375  │4175│",
                "·  │·  │你好  │·\\xF0\\x9F\\x92│\\x96│",
                "220│220│177519│74580        │244 │",
            ],
            [.. run.OutputLines.Select(static line => line.TrimEnd('\r'))]);
    }

    [Fact]
    public void Inspect_LongText_WrapsBetweenTokens()
    {
        string[] lines = CommandRun.Of(string.Concat(Enumerable.Repeat("word ", 400)), "inspect").OutputLines;
        Assert.True(lines.Length > 10);
        Assert.All(lines, static line => Assert.True(line.Length <= 160));
        Assert.Equal(
            400, lines.Where(static (_, index) => index % 2 == 0).Sum(
                static line => line.Split("word").Length - 1));
    }

    [Fact]
    public void Inspect_Terminal_Colours()
    {
        var output = new MemoryStream();
        var streams = new StandardStreams(
            () => new MemoryStream("a<|end|>"u8.ToArray()), () => output, () => TextWriter.Null)
        {
            OutputIsTerminal = true,
        };
        Assert.Equal(ExitCodes.Success, Application.Run(["inspect", "--special", "all"], streams));
        Assert.Contains(
            "200007", System.Text.Encoding.UTF8.GetString(output.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_Json_OneTokenALine()
    {
        CommandRun run = CommandRun.Of("é💖<|end|>", "inspect", "--json", "--special", "all").AssertSucceeded();
        Assert.Equal(
            [
                """{"id":377,"start":0,"length":2,"text":"é"}""",
                """{"id":31446,"start":2,"length":3,"hex":"f09f92"}""",
                """{"id":244,"start":5,"length":1,"hex":"96"}""",
                """{"id":200007,"start":6,"length":7,"text":"<|end|>","special":true}""",
            ],
            run.OutputLines);
    }

    [Fact]
    public void Inspect_RefusedText_OneLine() =>
        CommandRun.Of("ab<|end|>", "inspect").AssertFailed(ExitCodes.Failure, "<|end|> at byte 2");

    [Theory]
    [InlineData("a b", "a·b")]
    [InlineData("\t\r\n", "\\t\\r\\n")]
    [InlineData("\u200D\u00A0\u0001\u3000", "\\u{200D}\\u{A0}\\u{1}\\u{3000}")]
    [InlineData("ünï💖", "ünï💖")]
    public void Visible_Text_NothingIsHidden(string text, string expected) =>
        Assert.Equal(expected, TokenView.Visible(System.Text.Encoding.UTF8.GetBytes(text)));
}
