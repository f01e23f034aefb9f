using System.CommandLine;
using System.Text.Json;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe;
using Harmony.Cli.Input;
using Harmony.Cli.Output;
using Harmony.Core;

namespace Harmony.Cli.Commands;

/// <summary><c>harmony parse</c>: a completion, as ids or as text with special tokens, to messages.</summary>
internal static class ParseCommand
{
    // How deep a conversation may nest is for its reader to say.
    private static readonly JsonDocumentOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    public static Command Create(StandardStreams streams)
    {
        Argument<string> file = SharedOptions.File("A completion: ids, or text with special tokens");
        Option<string?> role = SharedOptions.Role(
            "Whose turn the completion continues (default: assistant, or none if it begins with <|start|>)");
        Option<string> dialect = SharedOptions.Dialect();
        var lenient = new Option<bool>("--lenient")
        {
            Description = "A stop token in a header ends that message",
        };
        var resilient = new Option<bool>("--resilient")
        {
            Description = "Read any ids, and tell on standard error what is odd about them",
        };
        var continues = new Option<string?>("--continues")
        {
            Description = "Resilient: the message that the prompt ended inside, as JSON, or the conversation "
                + "whose last message it is",
            HelpName = "FILE",
        };
        var tools = new Option<string?>("--tools")
        {
            Description = "Resilient: the declared tools, as JSON in the form of a content's tools",
            HelpName = "FILE",
        };
        var stop = new Option<string[]>("--stop")
        {
            Description = "Resilient: a text that ends the answer; may be repeated",
            HelpName = "TEXT",
            AllowMultipleArgumentsPerToken = false,
            DefaultValueFactory = static _ => [],
        };
        var skipStray = new Option<bool>("--skip-stray-text")
        {
            Description = "Resilient: text without a header is never an answer",
        };
        var keepSampled = new Option<bool>("--keep-sampled")
        {
            Description = "Write the ids that each message was sampled as (sampled_tokens), for harmony render to keep",
        };
        Option<bool> json = SharedOptions.Json("One object: messages, as harmony render reads them");
        var command = new Command("parse", "Parse a completion of gpt-oss to messages")
        {
            file, role, dialect, lenient, resilient, continues, tools, stop, skipStray, keepSampled, json,
        };
        command.SetAction(result =>
        {
            bool isResilient = result.GetValue(resilient) || result.GetValue(continues) is not null
                || result.GetValue(tools) is not null || result.GetRequiredValue(stop).Length > 0
                || result.GetValue(skipStray);
            if (isResilient && result.GetValue(lenient))
            {
                throw CommandException.Usage(
                    "--lenient is for the strict parser; it does not go with --resilient and its options");
            }

            InputSource source = InputSource.FromArgument(result.GetRequiredValue(file));
            HarmonyEncoding encoding = SharedOptions.ParseDialect(result.GetRequiredValue(dialect));
            Message? begun = ReadContinues(
                result.GetValue(continues), streams, keepSampled: result.GetValue(keepSampled));
            int[] ids = ReadIds(source, source.ReadAll(streams), encoding, isContinued: begun is not null);
            Role? given = SharedOptions.ParseRole(result.GetValue(role)) ?? Completions.RoleOf(ids, encoding);
            Conversation messages = isResilient
                ? ParseAnything(
                    source,
                    ids,
                    encoding,
                    new HarmonyParserOptions
                    {
                        Role = given,
                        Continues = begun,
                        DeclaredTools = ReadTools(result.GetValue(tools), streams),
                        StopStrings =
                            [.. result.GetRequiredValue(stop).Select(static text => new StopString(text))],
                        SkipStrayText = result.GetValue(skipStray),
                    },
                    streams.Error)
                : Parse(source, ids, encoding, given, strict: !result.GetValue(lenient));
            Write(streams, messages, result.GetValue(json), result.GetValue(keepSampled));
            return ExitCodes.Success;
        });
        return command;
    }

    private static void Write(StandardStreams streams, Conversation messages, bool json, bool keepSampled)
    {
        if (json)
        {
            var output = new OutputWriter(streams.Output);
            var options = new HarmonyJsonOptions { KeepSampledIds = keepSampled };
            JsonLines.WriteLine(output, writer => messages.WriteTo(writer, options));
            output.Flush();
            return;
        }

        using var writer = new StreamWriter(streams.Output, leaveOpen: true);
        MessageTable.Write(writer, streams.OutputIsTerminal, messages);
    }

    private static Conversation Parse(
        InputSource source, int[] ids, HarmonyEncoding encoding, Role? role, bool strict)
    {
        try
        {
            return new Conversation(encoding.ParseMessages(ids, role, strict));
        }
        catch (HarmonyException e)
        {
            throw new CommandException($"{source.Name}: {e.Message}");
        }
    }

    private static Conversation ParseAnything(
        InputSource source, int[] ids, HarmonyEncoding encoding, HarmonyParserOptions options, TextWriter error)
    {
        HarmonyParser parser;
        try
        {
            parser = new HarmonyParser(encoding, options);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(e.Message);
        }

        parser.Push(ids);
        parser.Complete();
        while (parser.TryRead(out HarmonySegment segment))
        {
            if (segment.Kind == HarmonySegmentKind.Diagnostic)
            {
                error.WriteLine($"{source.Name}: {segment.DiagnosticText} (at id {segment.IdIndex})");
            }
        }

        return new Conversation(ValueList.FromEnumerable(parser.Messages));
    }

    private static Message? ReadContinues(string? file, StandardStreams streams, bool keepSampled) =>
        ReadJson<Message>(file, streams, utf8 =>
        {
            var options = new HarmonyJsonOptions { KeepSampledIds = keepSampled };
            using var document = JsonDocument.Parse(utf8.ToArray(), AnyDepth);
            bool isConversation = document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("messages"u8, out _);
            return !isConversation ? Message.Parse(utf8, options)
                : Conversation.Parse(utf8, options).Messages is [.., Message last] ? last
                : throw new CommandException("there is no message to continue");
        });

    private static ToolNamespaceCollection? ReadTools(string? file, StandardStreams streams) =>
        ReadJson(file, streams, static utf8 => ToolNamespaceCollection.Parse(utf8));

    private static T? ReadJson<T>(string? file, StandardStreams streams, Func<ReadOnlySpan<byte>, T> read)
        where T : class
    {
        if (file is null)
        {
            return null;
        }

        InputSource source = InputSource.FromArgument(file);
        ReadOnlySpan<byte> utf8 = ByteOrderMark.Skip(source.ReadAll(streams));
        try
        {
            return read(utf8);
        }
        catch (Exception e) when (e is JsonException or HarmonyException or CommandException)
        {
            throw new CommandException($"{source.Name}: {e.Message}");
        }
    }

    // No completion begins with a number or a bracket, since before any content there is a special token,
    // unless it continues a message. Then numbers alone are text, and so are brackets without ids in them.
    private static int[] ReadIds(
        InputSource source, ReadOnlySpan<byte> utf8, HarmonyEncoding encoding, bool isContinued)
    {
        ReadOnlySpan<byte> text = ByteOrderMark.Skip(utf8);
        ReadOnlySpan<byte> firstOfIds = isContinued ? "[{"u8 : "0123456789[{"u8;
        if (text.TrimStart(" \t\r\n"u8) is [byte first, ..] && firstOfIds.Contains(first))
        {
            try
            {
                using ArrayPoolBufferWriter<int> ids = IdText.Parse(source, text);
                return ids.WrittenSpan.ToArray();
            }
            catch (CommandException) when (isContinued)
            {
            }
        }

        return encoding.Tokenizer.Encode(WithoutLineEnd(text), EncodeOptions.AllSpecial);
    }

    // The line end that an editor puts after the last stop token is no part of the completion.
    private static ReadOnlySpan<byte> WithoutLineEnd(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> trimmed = text.TrimEnd("\r\n"u8);
        return trimmed.EndsWith("|>"u8) ? trimmed : text;
    }
}
