using Harmony.Cli.Tests.Support;

namespace Harmony.Cli.Tests.Commands;

public class CommandLineTests
{
    [Theory]
    [InlineData("neither a command nor an option", "bogus")]
    [InlineData("no option --bogus", "count", "--bogus")]
    [InlineData("no option -x", "encode", "-", "-x")]
    [InlineData("harmony render --help", "render", "a", "b")]
    [InlineData("harmony bench --help", "bench")]
    [InlineData("harmony bench --help", "bench", "--passes", "x", "y")]
    [InlineData("see harmony --help")]
    public void Run_BadUsage_OneLine(string error, params string[] arguments) =>
        CommandRun.WithoutInput(arguments).AssertFailed(ExitCodes.Usage, error);

    [Fact]
    public void Run_Help_NamesAllCommands()
    {
        string help = CommandRun.WithoutInput("--help").AssertSucceeded().Output;
        string[] commands = ["encode", "decode", "count", "inspect", "render", "parse", "rpc", "bench"];
        Assert.All(commands, command =>
        {
            Assert.Contains(command, help, StringComparison.Ordinal);
            Assert.Contains(
                "Usage:", CommandRun.WithoutInput(command, "--help").AssertSucceeded().Output, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Run_Version_OneLine() =>
        Assert.Single(CommandRun.WithoutInput("--version").AssertSucceeded().OutputLines);
}
