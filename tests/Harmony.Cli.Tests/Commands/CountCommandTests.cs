using Harmony.Cli.Output;
using Harmony.Cli.Tests.Support;
using Harmony.Tests;

namespace Harmony.Cli.Tests.Commands;

public class CountCommandTests
{
    [Fact]
    public void Count_OneText_OnlyTheNumber()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal("4\n", CommandRun.Of("Hello, world!", "count").AssertSucceeded().Output);
        Assert.Equal(
            "4\n", CommandRun.WithoutInput("count", folder.Add("a", "Hello, world!")).AssertSucceeded().Output);
        Assert.Equal("0\n", CommandRun.Of("", "count", "-").AssertSucceeded().Output);
    }

    [Fact]
    public void Count_SeveralTexts_RowsAndTotal()
    {
        using var folder = new TemporaryFolder();
        byte[] real = RepositoryFiles.ReadGzip("tests/Corpora/markdown.txt.gz");
        string a = folder.Add("a", "Hello, world!");
        string b = folder.Add("b", real);
        int expected = Ids.Of(real).Length;
        int width = (expected + 4).ToString().Length;
        string[] lines = CommandRun.WithoutInput("count", a, b).AssertSucceeded().OutputLines;
        Assert.Equal([$"{"4".PadLeft(width)} {a}", $"{expected} {b}", $"{expected + 4} total"], lines);
    }

    [Fact]
    public void Count_Json_OneObjectForEach()
    {
        CommandRun run = CommandRun.Of("Hello, world! ", "count", "--json").AssertSucceeded();
        Assert.Equal("""{"file":"-","bytes":14,"tokens":5}""" + "\n", run.Output);
    }

    [Fact]
    public void Count_SpecialPolicy_AsInEncode()
    {
        CommandRun.Of("x <|end|>", "count").AssertFailed(ExitCodes.Failure, "<|end|> at byte 2");
        Assert.Equal("3\n", CommandRun.Of("x <|end|>", "count", "--special", "all").AssertSucceeded().Output);
    }

    [Fact]
    public void Count_OneOfManyUnreadable_WritesNothing()
    {
        using var folder = new TemporaryFolder();
        CommandRun.WithoutInput("count", folder.Add("a", "x"), folder.Path, "--json").AssertFailed(
            ExitCodes.Failure, "directory");
    }

    [Fact]
    public void Count_ManyFilesOnTerminal_BarOnStandardErrorOnly()
    {
        using var folder = new TemporaryFolder();
        string[] files = [folder.Add("a", "Hello"), folder.Add("b", "Hello, world!")];
        var output = new MemoryStream();
        var error = new StringWriter();
        var streams = new StandardStreams(() => Stream.Null, () => output, () => error) { ErrorIsTerminal = true };
        int exitCode = Application.Run(["count", .. files], streams);
        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.Equal(
            $"1 {files[0]}\n4 {files[1]}\n5 total\n", System.Text.Encoding.UTF8.GetString(output.ToArray()));
        Assert.Contains("%", error.ToString(), StringComparison.Ordinal);
    }
}
