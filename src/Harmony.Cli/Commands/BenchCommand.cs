using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Harmony.Bpe;
using Harmony.Cli.Bench;
using Harmony.Cli.Input;
using Harmony.Cli.Output;
using Spectre.Console;

namespace Harmony.Cli.Commands;

/// <summary><c>harmony bench</c>: how fast this machine encodes the user's own files, and a number by which
/// to compare the ids with another program's.</summary>
internal static class BenchCommand
{
    public static Command Create(StandardStreams streams)
    {
        Argument<string[]> files = SharedOptions.Checked(new Argument<string[]>("FILE")
        {
            Description = "Texts to encode; - for standard input",
            Arity = ArgumentArity.OneOrMore,
        });
        var documents = new Option<int?>("--docs")
        {
            Description = "Cut files into documents at the first line end at or after N bytes",
            HelpName = "N",
        };
        var passes = new Option<int>("--passes")
        {
            Description = "How often each file is encoded",
            HelpName = "N",
            DefaultValueFactory = static _ => new BenchSettings().Passes,
        };
        var cold = new Option<bool>("--cold") { Description = "Empty the private caches before every pass" };
        var fresh = new Option<bool>("--fresh")
        {
            Description = "Empty the private caches before every document, outside the time; without --cache "
                + "they are small",
        };
        var cache = new Option<int?>("--cache")
        {
            Description = "The most memory that the encoding thread takes, in MiB",
            HelpName = "MIB",
        };
        var cpu = new Option<bool>("--cpu") { Description = "Measure the thread's processor time" };
        Option<bool> json = SharedOptions.Json("One object a line for each file");
        var command = new Command("bench", "Time the encoder on files")
        {
            files, documents, passes, cold, fresh, cache, cpu, json,
        };
        command.SetAction(result =>
        {
            SetCache(result.GetValue(cache), result.GetValue(fresh));
            return Run(
                streams,
                InputSource.FromArguments(result.GetRequiredValue(files)),
                new BenchSettings
                {
                    DocumentSize = AtLeastOne(result.GetValue(documents), "--docs"),
                    Passes = AtLeastOne(result.GetValue(passes), "--passes") ?? 1,
                    Cold = result.GetValue(cold),
                    Fresh = result.GetValue(fresh),
                    ThreadTime = result.GetValue(cpu),
                },
                result.GetValue(json));
        });
        return command;
    }

    internal static int Run(StandardStreams streams, InputSource[] sources, BenchSettings settings, bool json)
    {
        byte[][] texts = Array.ConvertAll(sources, source => source.ReadAll(streams));
        long start = Stopwatch.GetTimestamp();
        BpeTokenizer tokenizer = BpeTokenizer.O200kHarmony;
        double loadMilliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;

        var run = new BenchRun(tokenizer, settings);
        run.WarmUp();
        var results = new BenchResult[sources.Length];
        for (int i = 0; i < sources.Length; i++)
        {
            results[i] = run.Measure(sources[i].Argument, texts[i], loadMilliseconds);
        }

        if (json)
        {
            WriteJson(new OutputWriter(streams.Output), results);
        }
        else
        {
            using var writer = new StreamWriter(streams.Output, leaveOpen: true);
            WriteTable(TerminalConsole.Create(writer, streams.OutputIsTerminal), results);
        }

        return ExitCodes.Success;
    }

    private static void SetCache(int? mebibytes, bool fresh)
    {
        const int Mebibyte = 1024 * 1024;
        const int Most = EncoderCache.MaxBytesPerThread / Mebibyte;
        if (mebibytes is < 1 or > Most)
        {
            throw CommandException.Usage($"--cache must be from 1 to {Most}");
        }

        // To empty a cache takes as long as its size, and pushes all else out of the processor's.
        EncoderCache.BytesPerThread = mebibytes * Mebibyte
            ?? (fresh ? EncoderCache.MinBytesPerThread : EncoderCache.DefaultBytesPerThread);
    }

    private static int? AtLeastOne(int? value, string option) =>
        value is null or >= 1 ? value : throw CommandException.Usage($"{option} must be at least 1");

    private static void WriteJson(OutputWriter output, BenchResult[] results)
    {
        foreach (BenchResult result in results)
        {
            JsonLines.WriteLine(output, json =>
            {
                json.WriteStartObject();
                json.WriteString("file"u8, result.File);
                json.WriteNumber("bytes"u8, result.Bytes);
                json.WriteNumber("documents"u8, result.Documents);
                json.WriteNumber("tokens"u8, result.Tokens);
                json.WriteString("fnv1a64"u8, HashText(result));
                json.WriteNumber("load_ms"u8, Math.Round(result.LoadMilliseconds, 4));
                json.WriteNumber("first_mb_s"u8, Math.Round(result.FirstSpeed, 2));
                json.WriteNumber("best_mb_s"u8, Math.Round(result.BestSpeed, 2));
                json.WriteNumber("median_mb_s"u8, Math.Round(result.MedianSpeed, 2));
                json.WriteNumber("clock_ghz"u8, Math.Round(result.Gigahertz, 2));
                json.WriteNumber("peak_rss_bytes"u8, result.PeakResidentBytes);
                json.WriteNumber("allocated_bytes_per_pass"u8, result.AllocatedBytesPerPass);
                json.WriteEndObject();
            });
        }

        output.Flush();
    }

    private static void WriteTable(IAnsiConsole console, BenchResult[] results)
    {
        var table = new Table().Border(
            console.Profile.Out.IsTerminal ? TableBorder.Rounded : TableBorder.Ascii);
        table.AddColumn("file");
        string[] numbers = ["bytes", "docs", "tokens", "first MB/s", "best", "median", "bytes allocated"];
        foreach (string header in numbers)
        {
            table.AddColumn(new TableColumn(header).RightAligned());
        }

        table.AddColumn("FNV-1a 64 of the ids");
        foreach (BenchResult result in results)
        {
            table.AddRow(
                new Text(result.File),
                Number($"{result.Bytes:N0}"),
                Number($"{result.Documents:N0}"),
                Number($"{result.Tokens:N0}"),
                Number($"{result.FirstSpeed:N1}"),
                Number($"{result.BestSpeed:N1}"),
                Number($"{result.MedianSpeed:N1}"),
                Number($"{result.AllocatedBytesPerPass:N0}"),
                new Text(HashText(result)));
        }

        console.Write(table);
        double megabytes = results[^1].PeakResidentBytes / 1e6;
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"load {results[0].LoadMilliseconds:N3} ms, peak resident memory {megabytes:N1} MB, "
            + $"{results[^1].Gigahertz:N2} GHz"));
    }

    private static Text Number(FormattableString number) =>
        new(number.ToString(CultureInfo.InvariantCulture));

    private static string HashText(BenchResult result) =>
        result.Hash.ToString("x16", CultureInfo.InvariantCulture);
}
