using System.CommandLine;
using System.CommandLine.Parsing;
using Harmony.Cli.Commands;
using Harmony.Cli.Output;

namespace Harmony.Cli;

/// <summary>The commands and how the command line is read.</summary>
internal static class CommandTree
{
    public static int Run(string[] args, StandardStreams streams)
    {
        // No response files: a file may be called @notes.txt.
        ParseResult result = Create(streams).Parse(
            args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Errors is [ParseError error, ..])
        {
            string message = result.UnmatchedTokens is [string unmatched, ..]
                ? $"'{unmatched}' is neither a command nor an option of it"
                : error.Message.TrimEnd('.');
            throw CommandException.Usage(
                $"{message}; see {string.Join(' ', Names(result.CommandResult))} --help");
        }

        using var output = new StreamWriter(streams.Output, leaveOpen: true);
        return result.Invoke(new InvocationConfiguration
        {
            Output = output,
            Error = streams.Error,
            EnableDefaultExceptionHandler = false,
        });
    }

    private static RootCommand Create(StandardStreams streams) =>
        new("Tokens of o200k_harmony, and prompts and completions of the gpt-oss models")
        {
            EncodeCommand.Create(streams),
            DecodeCommand.Create(streams),
            CountCommand.Create(streams),
            InspectCommand.Create(streams),
            RenderCommand.Create(streams),
            ParseCommand.Create(streams),
            RpcCommand.Create(streams),
            BenchCommand.Create(streams),
        };

    private static IEnumerable<string> Names(CommandResult result) =>
        result.Parent is CommandResult parent
            ? Names(parent).Append(result.Command.Name)
            : ["harmony"];
}
