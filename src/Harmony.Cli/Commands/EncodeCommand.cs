using System.CommandLine;
using Harmony.Bpe;
using Harmony.Cli.Input;
using Harmony.Cli.Output;

namespace Harmony.Cli.Commands;

/// <summary><c>harmony encode</c>: text to ids, in bounded memory.</summary>
internal static class EncodeCommand
{
    public static Command Create(StandardStreams streams)
    {
        Argument<string[]> files = SharedOptions.Files("Texts to encode");
        Option<string[]> special = SharedOptions.Special();
        var lines = new Option<bool>("--lines") { Description = "One id a line rather than one text a line" };
        Option<bool> json = SharedOptions.Json("One object a line: file, tokens, bytes");
        var command = new Command("encode", "Encode files or standard input to token ids")
        {
            files, special, lines, json,
        };
        command.SetAction(result => Run(
            streams,
            InputSource.FromArguments(result.GetRequiredValue(files)),
            result.GetRequiredValue(special),
            FormatOf(result.GetValue(lines), result.GetValue(json))));
        return command;
    }

    public static int Run(StandardStreams streams, InputSource[] sources, string[] special, EncodeFormat format)
    {
        BpeTokenizer tokenizer = BpeTokenizer.O200kHarmony;
        EncodeOptions options = SpecialPolicy.Parse(special, tokenizer);
        var texts = new TextInputs(streams, sources, tokenizer, options);
        texts.Check();
        var output = new OutputWriter(streams.Output);

        // Ids on the same terminal would break the bar.
        if (ProgressBar.IsWanted(streams, sources) && !streams.OutputIsTerminal)
        {
            ProgressBar.Run(streams, sources, report => EncodeAll(texts, format, output, report));
        }
        else
        {
            EncodeAll(texts, format, output, static _ => { });
        }

        output.Flush();
        return ExitCodes.Success;
    }

    private static EncodeFormat FormatOf(bool lines, bool json) => (lines, json) switch
    {
        (true, true) => throw CommandException.Usage("--lines and --json exclude each other"),
        (true, _) => EncodeFormat.Lines,
        (_, true) => EncodeFormat.Json,
        _ => EncodeFormat.Spaces,
    };

    private static void EncodeAll(TextInputs texts, EncodeFormat format, OutputWriter output, Action<long> report)
    {
        for (int i = 0; i < texts.Sources.Length; i++)
        {
            using TokenReader reader = texts.Open(i);
            switch (format)
            {
                case EncodeFormat.Json:
                    WriteJson(texts.Sources[i], reader, output, report);
                    break;
                case EncodeFormat.Lines:
                    WriteLines(reader, output, report);
                    break;
                default:
                    WriteLine(reader, output, report);
                    break;
            }
        }
    }

    private static void WriteLine(TokenReader reader, OutputWriter output, Action<long> report)
    {
        bool first = true;
        ReadOnlySpan<int> ids;
        while (!(ids = reader.Read(report)).IsEmpty)
        {
            foreach (int id in ids)
            {
                if (!first)
                {
                    output.Write(' ');
                }

                output.Write(id);
                first = false;
            }
        }

        output.Write('\n');
    }

    private static void WriteLines(TokenReader reader, OutputWriter output, Action<long> report)
    {
        ReadOnlySpan<int> ids;
        while (!(ids = reader.Read(report)).IsEmpty)
        {
            foreach (int id in ids)
            {
                output.Write(id);
                output.Write('\n');
            }
        }
    }

    private static void WriteJson(
        InputSource source, TokenReader reader, OutputWriter output, Action<long> report) =>
        JsonLines.WriteLine(output, json =>
        {
            json.WriteStartObject();
            json.WriteString("file"u8, source.Argument);
            json.WriteStartArray("tokens"u8);
            ReadOnlySpan<int> ids;
            while (!(ids = reader.Read(report)).IsEmpty)
            {
                foreach (int id in ids)
                {
                    json.WriteNumberValue(id);
                }
            }

            json.WriteEndArray();
            json.WriteNumber("bytes"u8, reader.BytesEncoded);
            json.WriteEndObject();
        });
}
