using System.CommandLine;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Cli.Input;
using Harmony.Cli.Output;
using Harmony.Core;

namespace Harmony.Cli.Commands;

/// <summary><c>harmony render</c>: a conversation's JSON to the ids of a prompt.</summary>
internal static class RenderCommand
{
    /// <summary>How the prompt is written.</summary>
    private enum Format
    {
        Ids,
        Json,
        Text,
        Count,
    }

    public static Command Create(StandardStreams streams)
    {
        Argument<string> file = SharedOptions.File("A conversation as JSON");
        var purpose = new Option<string>("--for")
        {
            Description = "completion (default: the next turn begins at the end), continuation (of the last "
                + "message), training, or none",
            HelpName = "PURPOSE",
            DefaultValueFactory = static _ => "completion",
        };
        Option<string?> role = SharedOptions.Role(
            "Whose turn is next, with --for completion (default: assistant)");
        Option<string> dialect = SharedOptions.Dialect();
        var keepAnalysis = new Option<bool>("--keep-analysis")
        {
            Description = "Keep the reasoning of turns that are over",
        };
        Option<bool> json = SharedOptions.Json("One object: tokens");
        var text = new Option<bool>("--text")
        {
            Description = "The prompt as text; on a terminal special tokens are coloured",
        };
        var count = new Option<bool>("--count") { Description = "Only how many tokens the prompt has" };
        var command = new Command("render", "Render a conversation for gpt-oss to token ids")
        {
            file, purpose, role, dialect, keepAnalysis, json, text, count,
        };
        command.SetAction(result => Run(
            streams,
            InputSource.FromArgument(result.GetRequiredValue(file)),
            SharedOptions.ParseDialect(result.GetRequiredValue(dialect)),
            new RenderOptions
            {
                Purpose = ParsePurpose(result.GetRequiredValue(purpose)),
                NextRole = SharedOptions.ParseRole(result.GetValue(role)) ?? Role.Assistant,
                DropAnalysis = !result.GetValue(keepAnalysis),
            },
            FormatOf(result.GetValue(json), result.GetValue(text), result.GetValue(count))));
        return command;
    }

    private static int Run(
        StandardStreams streams,
        InputSource source,
        HarmonyEncoding encoding,
        RenderOptions options,
        Format format)
    {
        using MemoryOwner<int> ids = Render(source, source.ReadAll(streams), encoding, options);
        var output = new OutputWriter(streams.Output);
        switch (format)
        {
            case Format.Ids:
                IdLines.Write(output, ids.Span);
                break;
            case Format.Json:
                IdLines.WriteJson(output, ids.Memory);
                break;
            case Format.Count:
                output.Write(ids.Length);
                output.Write('\n');
                break;
            case Format.Text when streams.OutputIsTerminal:
                using (var writer = new StreamWriter(streams.Output, leaveOpen: true))
                {
                    PromptView.Write(writer, ids.Span, encoding.Tokenizer);
                }

                break;
            default:
                foreach (int id in ids.Span)
                {
                    output.Write(encoding.Tokenizer.GetTokenBytes(id));
                }

                break;
        }

        output.Flush();
        return ExitCodes.Success;
    }

    private static MemoryOwner<int> Render(
        InputSource source, ReadOnlySpan<byte> json, HarmonyEncoding encoding, RenderOptions options)
    {
        try
        {
            return encoding.RenderPooled(HarmonyJson.ReadConversation(ByteOrderMark.Skip(json)), options);
        }
        catch (HarmonyException e)
        {
            throw new CommandException($"{source.Name}: {e.Message}");
        }
    }

    private static RenderPurpose ParsePurpose(string word) => word switch
    {
        "completion" => RenderPurpose.Completion,
        "continuation" => RenderPurpose.Continuation,
        "training" => RenderPurpose.Training,
        "none" => RenderPurpose.Messages,
        _ => throw CommandException.Usage(
            $"--for is completion, continuation, training or none, not '{word}'"),
    };

    private static Format FormatOf(bool json, bool text, bool count) => (json, text, count) switch
    {
        (false, false, false) => Format.Ids,
        (true, false, false) => Format.Json,
        (false, true, false) => Format.Text,
        (false, false, true) => Format.Count,
        _ => throw CommandException.Usage("--json, --text and --count exclude one another"),
    };
}
