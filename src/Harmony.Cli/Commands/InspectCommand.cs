using System.CommandLine;
using System.Text.Unicode;
using Harmony.Bpe;
using Harmony.Cli.Input;
using Harmony.Cli.Output;

namespace Harmony.Cli.Commands;

/// <summary><c>harmony inspect</c>: a text with its token boundaries, the ids below.</summary>
internal static class InspectCommand
{
    public static Command Create(StandardStreams streams)
    {
        Argument<string> file = SharedOptions.File("The text to inspect");
        Option<string[]> special = SharedOptions.Special();
        Option<bool> json = SharedOptions.Json(
            "One token a line: id, start and length in bytes, text or hex");
        var command = new Command("inspect", "Show a text's tokens: boundaries in colour, ids below")
        {
            file, special, json,
        };
        command.SetAction(result => Run(
            streams,
            InputSource.FromArgument(result.GetRequiredValue(file)),
            result.GetRequiredValue(special),
            result.GetValue(json)));
        return command;
    }

    private static int Run(StandardStreams streams, InputSource source, string[] special, bool json)
    {
        BpeTokenizer tokenizer = BpeTokenizer.O200kHarmony;
        EncodeOptions options = SpecialPolicy.Parse(special, tokenizer);
        byte[] utf8 = source.ReadAll(streams);
        TokenRange[] tokens;
        try
        {
            tokens = tokenizer.EncodeWithOffsets(utf8, options);
        }
        catch (SpecialTokenException e)
        {
            throw source.Refused(e, offset: 0);
        }

        if (json)
        {
            WriteJson(new OutputWriter(streams.Output), utf8, tokens, tokenizer);
        }
        else
        {
            using var writer = new StreamWriter(streams.Output, leaveOpen: true);
            new TokenView(writer, streams.OutputIsTerminal).Write(utf8, tokens, tokenizer);
        }

        return ExitCodes.Success;
    }

    private static void WriteJson(
        OutputWriter output, byte[] utf8, TokenRange[] tokens, BpeTokenizer tokenizer)
    {
        foreach (TokenRange token in tokens)
        {
            JsonLines.WriteLine(output, json =>
            {
                ReadOnlySpan<byte> bytes = utf8.AsSpan(token.ByteStart, token.ByteLength);
                json.WriteStartObject();
                json.WriteNumber("id"u8, token.Id);
                json.WriteNumber("start"u8, token.ByteStart);
                json.WriteNumber("length"u8, token.ByteLength);
                if (Utf8.IsValid(bytes))
                {
                    json.WriteString("text"u8, bytes);
                }
                else
                {
                    json.WriteString("hex"u8, Convert.ToHexStringLower(bytes));
                }

                if (tokenizer.IsSpecial(token.Id))
                {
                    json.WriteBoolean("special"u8, true);
                }

                json.WriteEndObject();
            });
        }

        output.Flush();
    }
}
