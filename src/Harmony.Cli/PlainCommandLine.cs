using Harmony.Cli.Commands;
using Harmony.Cli.Input;
using Harmony.Cli.Output;

namespace Harmony.Cli;

/// <summary>
/// <c>harmony count FILE…</c> and <c>harmony encode FILE…</c> without any option, which need no command line
/// parser: loading and compiling it would cost more than counting a small file.
/// </summary>
internal static class PlainCommandLine
{
    /// <summary>Runs the command line if it is that plain; null if it is not.</summary>
    public static int? TryRun(string[] args, StandardStreams streams)
    {
        if (args is not ["count" or "encode", .. string[] files] || Array.Exists(files, IsNoFile))
        {
            return null;
        }

        InputSource[] sources = InputSource.FromArguments(files);
        return args[0] == "count"
            ? CountCommand.Run(streams, sources, special: [], json: false)
            : EncodeCommand.Run(streams, sources, special: [], EncodeFormat.Spaces);
    }

    private static bool IsNoFile(string argument) => argument is ['-', _, ..];
}
