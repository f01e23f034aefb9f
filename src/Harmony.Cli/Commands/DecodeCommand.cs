using System.CommandLine;
using System.Text;
using System.Text.Unicode;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe;
using Harmony.Cli.Input;
using Harmony.Cli.Output;

namespace Harmony.Cli.Commands;

/// <summary><c>harmony decode</c>: ids to the bytes they stand for, exactly. All ids are checked before the
/// first byte is written.</summary>
internal static class DecodeCommand
{
    public static Command Create(StandardStreams streams)
    {
        Argument<string[]> files = SharedOptions.Files("Ids, separated by white space or commas, or JSON");
        var strict = new Option<bool>("--strict") { Description = "Refuse ids whose bytes are not UTF-8" };
        Option<bool> json = SharedOptions.Json(
            "One object a line: file, text, tokens; hex too if it is not UTF-8");
        var command = new Command("decode", "Decode token ids to text, byte for byte")
        {
            files, strict, json,
        };
        command.SetAction(result => Run(
            streams,
            InputSource.FromArguments(result.GetRequiredValue(files)),
            result.GetValue(strict),
            result.GetValue(json)));
        return command;
    }

    public static int Run(StandardStreams streams, InputSource[] sources, bool strict, bool json)
    {
        BpeTokenizer tokenizer = BpeTokenizer.O200kHarmony;
        var texts = new ArrayPoolBufferWriter<int>[sources.Length];
        try
        {
            for (int i = 0; i < sources.Length; i++)
            {
                texts[i] = IdText.Parse(sources[i], sources[i].ReadAll(streams));
                Check(sources[i], texts[i].WrittenSpan, strict, tokenizer);
            }

            var output = new OutputWriter(streams.Output);
            for (int i = 0; i < sources.Length; i++)
            {
                if (json)
                {
                    WriteJson(output, sources[i], texts[i].WrittenSpan, tokenizer);
                }
                else
                {
                    WriteBytes(output, texts[i].WrittenSpan, tokenizer);
                }
            }

            output.Flush();
            return ExitCodes.Success;
        }
        finally
        {
            foreach (ArrayPoolBufferWriter<int>? text in texts)
            {
                text?.Dispose();
            }
        }
    }

    private static void WriteBytes(OutputWriter output, ReadOnlySpan<int> ids, BpeTokenizer tokenizer)
    {
        foreach (int id in ids)
        {
            output.Write(tokenizer.GetTokenBytes(id));
        }
    }

    private static void WriteJson(
        OutputWriter output, InputSource source, ReadOnlySpan<int> ids, BpeTokenizer tokenizer)
    {
        byte[] utf8 = tokenizer.DecodeBytes(ids);
        int count = ids.Length;
        JsonLines.WriteLine(output, json =>
        {
            json.WriteStartObject();
            json.WriteString("file"u8, source.Argument);
            json.WriteString("text"u8, Encoding.UTF8.GetString(utf8));
            if (!Utf8.IsValid(utf8))
            {
                json.WriteString("hex"u8, Convert.ToHexStringLower(utf8));
            }

            json.WriteNumber("tokens"u8, count);
            json.WriteEndObject();
        });
    }

    private static void Check(InputSource source, ReadOnlySpan<int> ids, bool strict, BpeTokenizer tokenizer)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            if (!tokenizer.TryGetTokenBytes(ids[i], out _))
            {
                throw new CommandException($"{source.Name}: no token has the id {ids[i]} (at index {i})");
            }
        }

        try
        {
            if (strict)
            {
                tokenizer.DecodeStrict(ids);
            }
        }
        catch (InvalidUtf8Exception e)
        {
            throw new CommandException($"{source.Name}: {e.Message}");
        }
    }
}
