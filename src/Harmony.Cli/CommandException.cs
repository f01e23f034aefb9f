namespace Harmony.Cli;

/// <summary>Ends a command with one line on standard error.</summary>
internal sealed class CommandException : Exception
{
    public CommandException(string message, int exitCode = ExitCodes.Failure)
        : base(message) => ExitCode = exitCode;

    /// <summary>What the process returns.</summary>
    public int ExitCode { get; }

    /// <summary>The command line is wrong.</summary>
    public static CommandException Usage(string message) => new(message, ExitCodes.Usage);
}
