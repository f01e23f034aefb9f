using System.CommandLine;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe;
using Harmony.Cli.Input;
using Harmony.Cli.Output;
using Harmony.Core;

namespace Harmony.Cli.Commands;

/// <summary><c>harmony parse</c>: a completion, as ids or as text with special tokens, to messages.</summary>
internal static class ParseCommand
{
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
        Option<bool> json = SharedOptions.Json("One object: messages, as harmony render reads them");
        var command = new Command("parse", "Parse a completion of gpt-oss to messages")
        {
            file, role, dialect, lenient, resilient, json,
        };
        command.SetAction(result => Run(
            streams,
            InputSource.FromArgument(result.GetRequiredValue(file)),
            SharedOptions.ParseDialect(result.GetRequiredValue(dialect)),
            SharedOptions.ParseRole(result.GetValue(role)),
            result.GetValue(lenient) ? ParseOptions.Lenient : ParseOptions.Strict,
            result.GetValue(resilient),
            result.GetValue(json)));
        return command;
    }

    private static int Run(
        StandardStreams streams,
        InputSource source,
        HarmonyEncoding encoding,
        Role? role,
        ParseOptions options,
        bool resilient,
        bool json)
    {
        int[] ids = ReadIds(source, source.ReadAll(streams), encoding);
        role ??= HasStart(ids, encoding) ? null : Role.Assistant;
        Conversation messages = resilient
            ? ParseAnything(source, ids, encoding, role, streams.Error)
            : Parse(source, ids, encoding, role, options);
        if (json)
        {
            var output = new OutputWriter(streams.Output);
            JsonLines.WriteLine(output, writer => HarmonyJson.Write(writer, messages));
            output.Flush();
        }
        else
        {
            using var writer = new StreamWriter(streams.Output, leaveOpen: true);
            MessageTable.Write(writer, streams.OutputIsTerminal, messages);
        }

        return ExitCodes.Success;
    }

    private static Conversation Parse(
        InputSource source, int[] ids, HarmonyEncoding encoding, Role? role, ParseOptions options)
    {
        try
        {
            return new Conversation(encoding.ParseMessages(ids, role, options));
        }
        catch (HarmonyException e)
        {
            throw new CommandException($"{source.Name}: {e.Message}");
        }
    }

    private static Conversation ParseAnything(
        InputSource source, int[] ids, HarmonyEncoding encoding, Role? role, TextWriter error)
    {
        var parser = new HarmonyParser(encoding, new HarmonyParserOptions { Role = role });
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

    private static bool HasStart(int[] ids, HarmonyEncoding encoding) =>
        ids is [int first, ..]
            && encoding.Tokenizer.SpecialTokens.TryGetId("<|start|>", out int start)
            && first == start;

    // No completion begins with a number or a bracket: before any content there is a special token.
    private static int[] ReadIds(InputSource source, ReadOnlySpan<byte> utf8, HarmonyEncoding encoding)
    {
        ReadOnlySpan<byte> text = ByteOrderMark.Skip(utf8);
        ReadOnlySpan<byte> firstOfIds = "0123456789[{"u8;
        if (text.TrimStart(" \t\r\n"u8) is not [byte first, ..] || !firstOfIds.Contains(first))
        {
            return encoding.Tokenizer.Encode(WithoutLineEnd(text), EncodeOptions.AllSpecial);
        }

        using ArrayPoolBufferWriter<int> ids = IdText.Parse(source, text);
        return ids.WrittenSpan.ToArray();
    }

    // The line end that an editor puts behind the last stop token is no part of the completion.
    private static ReadOnlySpan<byte> WithoutLineEnd(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> trimmed = text.TrimEnd("\r\n"u8);
        return trimmed.EndsWith("|>"u8) ? trimmed : text;
    }
}
