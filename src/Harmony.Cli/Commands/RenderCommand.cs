using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Cli.Input;
using Harmony.Cli.Output;
using Harmony.Core;

namespace Harmony.Cli.Commands;

/// <summary><c>harmony render</c>: a conversation's JSON to the ids of a prompt.</summary>
internal static partial class RenderCommand
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
        var analysis = new Option<string>("--analysis")
        {
            Description = "Which reasoning is left out: drop_before_first_final (default, as the reference), "
                + "drop_finished_turns (as the format's guide), or keep_all",
            HelpName = "POLICY",
            DefaultValueFactory = static _ => "drop_before_first_final",
        };
        var checkHeaders = new Option<bool>("--check-headers")
        {
            Description = "Refuse names, recipients, channels and content types that could forge parts of a "
                + "header (default: true; --check-headers=false renders them as the reference does)",
            DefaultValueFactory = static _ => true,
        };
        var keepSampled = new Option<bool>("--keep-sampled")
        {
            Description = "Render messages that have sampled_tokens as these, checked to say the same",
        };
        Option<bool> json = SharedOptions.Json("One object: tokens");
        var text = new Option<bool>("--text")
        {
            Description = "The prompt as text; on a terminal special tokens are coloured",
        };
        var count = new Option<bool>("--count") { Description = "Only how many tokens the prompt has" };
        var command = new Command("render", "Render a conversation for gpt-oss to token ids")
        {
            file, purpose, role, dialect, analysis, checkHeaders, keepSampled, json, text, count,
        };
        command.SetAction(result => Run(
            streams,
            InputSource.FromArgument(result.GetRequiredValue(file)),
            SharedOptions.ParseDialect(result.GetRequiredValue(dialect)),
            new RenderOptions
            {
                Purpose = ParsePurpose(result.GetRequiredValue(purpose)),
                NextRole = SharedOptions.ParseRole(result.GetValue(role)) ?? Role.Assistant,
                Analysis = ParseAnalysis(result.GetRequiredValue(analysis)),
                CheckHeaders = result.GetValue(checkHeaders),
            },
            result.GetValue(keepSampled),
            FormatOf(result.GetValue(json), result.GetValue(text), result.GetValue(count))));
        return command;
    }

    private static int Run(
        StandardStreams streams,
        InputSource source,
        HarmonyEncoding encoding,
        RenderOptions options,
        bool keepSampled,
        Format format)
    {
        var skipped = new Dictionary<string, string>(StringComparer.Ordinal);
        var reading = new HarmonyJsonOptions
        {
            KeepSampledIds = keepSampled,

            // Once for each member, wherever in a list it stands.
            UnknownMemberSkipped = path => skipped.TryAdd(Indices().Replace(path, "[]"), path),
        };
        using MemoryOwner<int> ids = Render(source, source.ReadAll(streams), encoding, options, reading);
        foreach (string path in skipped.Values)
        {
            streams.Error.WriteLine($"harmony: warning: {source.Name}: unknown member, not rendered: "
                + JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(path));
        }

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
        InputSource source,
        ReadOnlySpan<byte> json,
        HarmonyEncoding encoding,
        RenderOptions options,
        HarmonyJsonOptions reading)
    {
        try
        {
            return encoding.RenderPooled(
                Conversation.Parse(ByteOrderMark.Skip(json), reading), options);
        }
        catch (HarmonyRenderException e) when (e.Field is not null)
        {
            throw new CommandException(
                $"{source.Name}: {e.Message} --check-headers=false renders it all the same");
        }
        catch (Exception e) when (e is HarmonyException or HarmonyJsonException)
        {
            throw new CommandException($"{source.Name}: {e.Message}");
        }
    }

    [GeneratedRegex(@"\[[0-9]+\]")]
    private static partial Regex Indices();

    private static RenderPurpose ParsePurpose(string word) => word switch
    {
        "completion" => RenderPurpose.Completion,
        "continuation" => RenderPurpose.Continuation,
        "training" => RenderPurpose.Training,
        "none" => RenderPurpose.History,
        _ => throw CommandException.Usage(
            $"--for is completion, continuation, training or none, not '{word}'"),
    };

    private static AnalysisPolicy ParseAnalysis(string word) => AnalysisWords.Parse(word)
        ?? throw CommandException.Usage($"--analysis is {AnalysisWords.Expected}, not '{word}'");

    private static Format FormatOf(bool json, bool text, bool count) => (json, text, count) switch
    {
        (false, false, false) => Format.Ids,
        (true, false, false) => Format.Json,
        (false, true, false) => Format.Text,
        (false, false, true) => Format.Count,
        _ => throw CommandException.Usage("--json, --text and --count exclude one another"),
    };
}
