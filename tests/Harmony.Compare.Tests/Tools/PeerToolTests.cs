using Harmony.Compare.Runs;
using Harmony.Compare.Tools;

namespace Harmony.Compare.Tests.Tools;

public class PeerToolTests
{
    [Fact]
    public void Parse_NameAndCommand_RunsWithFileModeAndPasses()
    {
        var tool = PeerTool.Parse("a peer=run --fast \"my file\"");
        Assert.Equal("a peer", tool.Name);
        var command = tool.Command("t.txt", Mode.Documents, passes: 3);
        Assert.Equal("run", command.FileName);
        Assert.Equal(["--fast", "my file", "t.txt", "docs", "3"], command.ArgumentList);
    }

    [Theory]
    [InlineData("")]
    [InlineData("name")]
    [InlineData("name=")]
    [InlineData("=command")]
    public void Parse_NoNameOrNoCommand_Fails(string text) =>
        Assert.Throws<CompareException>(() => PeerTool.Parse(text));

    [Fact]
    public void Command_OfHarmony_IsItsBench()
    {
        var tool = new HarmonyTool();
        Assert.Equal(
            ["bench", "--json", "--cpu", "--passes", "9", "t.txt"],
            tool.Command("t.txt", Mode.Whole, 9).ArgumentList.Skip(1));
        Assert.Equal(
            ["bench", "--json", "--cpu", "--passes", "9", "--docs", "1024", "t.txt"],
            tool.Command("t.txt", Mode.Documents, 9).ArgumentList.Skip(1));
        Assert.Equal(
            ["bench", "--json", "--cpu", "--passes", "1", "--cold", "t.txt"],
            tool.Command("t.txt", Mode.Cold, 1).ArgumentList.Skip(1));
        Assert.Equal(
            ["bench", "--json", "--cpu", "--passes", "9", "--fresh", "--docs", "4096", "t.txt"],
            tool.Command("t.txt", Mode.Fresh, 9).ArgumentList.Skip(1));
    }

    [Fact]
    public void Run_NoSuchProgram_IsAbsent()
    {
        Outcome outcome = new ProcessRunner().Run(PeerTool.Parse("x=./no-such-program"), "t.txt", Mode.Whole, 1);
        Assert.True(outcome.IsAbsent);
        Assert.Null(outcome.Measurement);
    }

    [Fact]
    public void Run_ProgramThatFails_IsNotAbsent()
    {
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var failing = new PeerTool("x", [host, "no-such-command"]);
        Outcome outcome = new ProcessRunner().Run(failing, "t.txt", Mode.Whole, 1);
        Assert.False(outcome.IsAbsent);
        Assert.Null(outcome.Measurement);
        Assert.Contains("exit code 1", outcome.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ProgramThatExitsWith127_IsAbsent()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var absent = new PeerTool("x", ["sh", "-c", "echo no module >&2; exit 127"]);
        Outcome outcome = new ProcessRunner().Run(absent, "t.txt", Mode.Whole, 1);
        Assert.True(outcome.IsAbsent);
        Assert.Equal("not installed (no module)", outcome.Problem);
    }
}
