using System.Globalization;
using System.Text;
using Harmony.Compare.Runs;
using Harmony.Compare.Tools;

namespace Harmony.Compare.Report;

/// <summary>The results as Markdown.</summary>
internal static class MarkdownReport
{
    public static string Create(
        Results results, Machine machine, DateOnly date, int rounds, int passes, string chart)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Harmony beside other o200k encoders

            Written by benchmarks/compare; its README says how it measures.

            - Processor: {machine.Processor} ({machine.Details})
            - System: {machine.System}
            - Date: {date:yyyy-MM-dd}
            - Runs: {rounds} rounds, in turns; {passes} passes in each warm run, one in each cold run

            One thread; MB/s are 10^6 bytes of UTF-8 a second of the thread's processor time, medians of the
            rounds. In brackets: how many times as fast Harmony is, by its median in the runs beside that
            peer. All ids were compared first, and again in every run.

            ![MB/s by file and mode]({chart})

            """);
        foreach (Mode mode in results.Modes)
        {
            AppendSpeeds(text, results, mode);
        }

        AppendLoad(text, results);
        AppendProblems(text, results);
        AppendFiles(text, results);
        return text.ToString();
    }

    private static void AppendSpeeds(StringBuilder text, Results results, Mode mode)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {mode.Title()}, MB/s\n\n");
        AppendRow(text, ["", HarmonyTool.OurName, .. results.Peers]);
        AppendRule(text, 1 + results.Peers.Count);
        foreach (CorpusFile file in results.Files)
        {
            AppendRow(
                text,
                [
                    file.Name, Numbers.Text(results.OurSpeed(file, mode)),
                    .. results.Peers.Select(peer => Cell(results, peer, file, mode)),
                ]);
        }
    }

    private static string Cell(Results results, string peer, CorpusFile file, Mode mode)
    {
        string speed = Numbers.Text(results.SpeedOf(peer, file, mode));
        string ratio = Numbers.Text(results.RatioTo(peer, file, mode));
        return results.ProblemOf(peer, file) ?? $"{speed} ({ratio}×)";
    }

    private static void AppendLoad(StringBuilder text, Results results)
    {
        text.Append("\n## Load and memory, medians of all runs\n\n");
        AppendRow(text, ["", "load, ms", "peak memory of the process, MB"]);
        AppendRule(text, 2);
        AppendLoad(text, HarmonyTool.OurName, results.Pairs.Select(static pair => pair.Ours));
        foreach (string peer in results.Peers)
        {
            IEnumerable<Pair> pairs = results.Pairs.Where(pair => pair.Peer == peer);
            AppendLoad(text, peer, pairs.Select(static pair => pair.Theirs));
        }
    }

    private static void AppendLoad(StringBuilder text, string name, IEnumerable<Measurement> runs)
    {
        Measurement[] all = [.. runs];
        double? load = Statistics.Median(all.Select(static run => run.LoadMilliseconds).OfType<double>());
        double? memory = Statistics.Median(
            all.Select(static run => run.PeakResidentBytes / 1e6).OfType<double>());
        AppendRow(text, [name, Numbers.Text(load), Numbers.Text(memory)]);
    }

    private static void AppendProblems(StringBuilder text, Results results)
    {
        if (results.Problems.Count == 0)
        {
            return;
        }

        text.Append("\n## Not timed\n\n");
        foreach (Problem problem in results.Problems)
        {
            string where = problem.File ?? "all files";
            text.Append(CultureInfo.InvariantCulture, $"- {problem.Peer}, {where}: {problem.Reason}\n");
        }
    }

    private static void AppendFiles(StringBuilder text, Results results)
    {
        text.Append("\n## Files\n\n");
        AppendRow(text, ["", "bytes", "ids", "SHA-256"]);
        text.Append("| --- | ---: | ---: | --- |\n");
        foreach (CorpusFile file in results.Files)
        {
            string ids = Numbers.Count(results.TokensOf(file));
            AppendRow(text, [file.Name, Numbers.Count(file.Bytes), ids, $"`{file.Sha256}`"]);
        }
    }

    private static void AppendRow(StringBuilder text, IEnumerable<string> cells)
    {
        foreach (string cell in cells)
        {
            text.Append("| ").Append(cell.Replace("|", "\\|", StringComparison.Ordinal)).Append(' ');
        }

        text.Append("|\n");
    }

    private static void AppendRule(StringBuilder text, int numbers) =>
        text.Append("| --- |").Insert(text.Length, " ---: |", numbers).Append('\n');
}
