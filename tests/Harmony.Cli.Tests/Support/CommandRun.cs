using System.Text;
using Harmony.Cli.Output;

namespace Harmony.Cli.Tests.Support;

/// <summary>What one command line did, run in this process.</summary>
internal sealed record CommandRun(int ExitCode, byte[] OutputBytes, string Error)
{
    public string Output => Encoding.UTF8.GetString(OutputBytes);

    public string[] OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static CommandRun WithoutInput(params string[] arguments) => Of([], arguments);

    public static CommandRun Of(string input, params string[] arguments) =>
        Of(Encoding.UTF8.GetBytes(input), arguments);

    public static CommandRun Of(byte[] input, params string[] arguments)
    {
        var output = new MemoryStream();
        var error = new StringWriter();
        var streams = new StandardStreams(() => new MemoryStream(input), () => output, () => error);
        int exitCode = Application.Run(arguments, streams);
        return new CommandRun(exitCode, output.ToArray(), error.ToString());
    }

    /// <summary>Expects a failure: one line on standard error, nothing on standard output.</summary>
    public void AssertFailed(int exitCode, string expectedInError)
    {
        Assert.Equal(exitCode, ExitCode);
        Assert.Empty(OutputBytes);
        Assert.StartsWith("harmony: ", Error, StringComparison.Ordinal);
        Assert.Contains(expectedInError, Error, StringComparison.Ordinal);
        Assert.Equal(Error.Length - 1, Error.IndexOf('\n', StringComparison.Ordinal));
    }

    /// <summary>Expects success without a word on standard error.</summary>
    public CommandRun AssertSucceeded()
    {
        Assert.Equal("", Error);
        Assert.Equal(ExitCodes.Success, ExitCode);
        return this;
    }
}
