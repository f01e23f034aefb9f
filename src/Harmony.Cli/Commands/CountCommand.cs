using System.CommandLine;
using Harmony.Bpe;
using Harmony.Cli.Input;
using Harmony.Cli.Output;

namespace Harmony.Cli.Commands;

/// <summary><c>harmony count</c>: how many tokens texts have. Writes nothing unless all of them can be
/// counted.</summary>
internal static class CountCommand
{
    public static Command Create(StandardStreams streams)
    {
        Argument<string[]> files = SharedOptions.Files("Texts to count");
        Option<string[]> special = SharedOptions.Special();
        Option<bool> json = SharedOptions.Json("One object a line: file, bytes, tokens");
        var command = new Command("count", "Count the tokens of files or standard input")
        {
            files, special, json,
        };
        command.SetAction(result => Run(
            streams,
            InputSource.FromArguments(result.GetRequiredValue(files)),
            result.GetRequiredValue(special),
            result.GetValue(json)));
        return command;
    }

    public static int Run(StandardStreams streams, InputSource[] sources, string[] special, bool json)
    {
        BpeTokenizer tokenizer = BpeTokenizer.O200kHarmony;
        EncodeOptions options = SpecialPolicy.Parse(special, tokenizer);
        var texts = new TextInputs(streams, sources, tokenizer, options);
        var counts = new TextCount[sources.Length];
        if (ProgressBar.IsWanted(streams, sources))
        {
            ProgressBar.Run(streams, sources, report => CountAll(texts, counts, report));
        }
        else
        {
            CountAll(texts, counts, static _ => { });
        }

        var output = new OutputWriter(streams.Output);
        if (json)
        {
            WriteJson(output, sources, counts);
        }
        else
        {
            WriteText(output, sources, counts);
        }

        output.Flush();
        return ExitCodes.Success;
    }

    private static void CountAll(TextInputs texts, TextCount[] counts, Action<long> report)
    {
        for (int i = 0; i < counts.Length; i++)
        {
            using TokenReader reader = texts.Open(i);
            long tokens = 0;
            int read;
            while ((read = reader.Read(report).Length) > 0)
            {
                tokens += read;
            }

            counts[i] = new TextCount(reader.BytesEncoded, tokens);
        }
    }

    private static void WriteText(OutputWriter output, InputSource[] sources, TextCount[] counts)
    {
        if (counts is [TextCount only])
        {
            output.Write(only.Tokens);
            output.Write('\n');
            return;
        }

        long total = 0;
        foreach (TextCount count in counts)
        {
            total += count.Tokens;
        }

        int width = total.ToString().Length;
        for (int i = 0; i < counts.Length; i++)
        {
            WriteRow(output, counts[i].Tokens, width, sources[i].Argument);
        }

        WriteRow(output, total, width, "total");
    }

    private static void WriteRow(OutputWriter output, long tokens, int width, string label) =>
        output.Write($"{tokens.ToString().PadLeft(width)} {label}\n");

    private static void WriteJson(OutputWriter output, InputSource[] sources, TextCount[] counts)
    {
        for (int i = 0; i < sources.Length; i++)
        {
            InputSource source = sources[i];
            TextCount count = counts[i];
            JsonLines.WriteLine(output, json =>
            {
                json.WriteStartObject();
                json.WriteString("file"u8, source.Argument);
                json.WriteNumber("bytes"u8, count.Bytes);
                json.WriteNumber("tokens"u8, count.Tokens);
                json.WriteEndObject();
            });
        }
    }

    private readonly record struct TextCount(long Bytes, long Tokens);
}
