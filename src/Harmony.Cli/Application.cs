using Harmony.Cli.Output;

namespace Harmony.Cli;

/// <summary>Runs a command line to its exit code; what goes wrong becomes one line on standard
/// error.</summary>
internal static class Application
{
    public static int Run(string[] args, StandardStreams streams)
    {
        try
        {
            return PlainCommandLine.TryRun(args, streams) ?? CommandTree.Run(args, streams);
        }
        catch (CommandException e)
        {
            return Fail(streams, e.Message, e.ExitCode);
        }
        catch (IOException e) when (ClosedPipe.IsCauseOf(e))
        {
            return ExitCodes.Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(streams, $"cannot write the output: {e.Message}", ExitCodes.Failure);
        }
        catch (OutOfMemoryException)
        {
            return Fail(streams, "not enough memory", ExitCodes.Failure);
        }
    }

    private static int Fail(StandardStreams streams, string message, int exitCode)
    {
        streams.Error.WriteLine($"harmony: {message.ReplaceLineEndings(" ")}");
        return exitCode;
    }
}
