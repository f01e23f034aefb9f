using Harmony.Compare.Report;
using Harmony.Compare.Runs;
using Harmony.Compare.Tools;
using Harmony.Tests;

namespace Harmony.Compare;

/// <summary>From settings to files of results.</summary>
internal static class Application
{
    private const string ChartName = "chart.svg";

    /// <exception cref="CompareException">A file cannot be read, ours failed, or no peer was
    /// timed.</exception>
    public static void Run(Settings settings)
    {
        HarmonyTool ours = HarmonyTool.Publish();
        DirectoryInfo unpacked = Directory.CreateTempSubdirectory("harmony-compare-");
        try
        {
            CorpusFile[] files =
                [.. PathsOf(settings).Select(path => CorpusFile.Open(path, unpacked.FullName))];
            Settings.ThrowIfTwice(files.Select(static file => file.Name), "files");
            Results results = Compare(settings, ours, files);
            Write(settings, results);
        }
        finally
        {
            unpacked.Delete(recursive: true);
        }
    }

    private static Results Compare(Settings settings, HarmonyTool ours, CorpusFile[] files)
    {
        var runner = new ProcessRunner();
        PeerTool? tiktoken = settings.WithTiktoken ? Tiktoken.Find(runner, files[0].Path) : null;
        Tool[] peers = [.. settings.Peers, .. tiktoken is null ? Array.Empty<Tool>() : [tiktoken]];
        var comparison = new Comparison(runner, ours, peers, settings.Passes, Console.Error.WriteLine);
        Results results = comparison.Run(files, settings.Modes, settings.Rounds);
        if (settings.WithTiktoken && tiktoken is null)
        {
            const string Word = "not installed";
            results.Add(new Problem(Tiktoken.AnyName, null, Word, $"{Word}, neither Python's nor npm's"));
        }

        if (results.Peers.Count == 0)
        {
            IEnumerable<string> reasons = results.Problems.Select(
                static problem => $"{problem.Peer}: {problem.Reason}");
            throw new CompareException($"no peer was timed: {string.Join("; ", reasons)}");
        }

        return results;
    }

    private static void Write(Settings settings, Results results)
    {
        var machine = Machine.ThisOne();
        DateOnly date = DateOnly.FromDateTime(DateTime.UtcNow);
        string folder = settings.Output ?? RepositoryFiles.PathOf($"benchmarks/results/{machine.Slug}");
        Directory.CreateDirectory(folder);
        string report = MarkdownReport.Create(
            results, machine, date, settings.Rounds, settings.Passes, ChartName);
        File.WriteAllText(Path.Combine(folder, "results.md"), report);
        File.WriteAllText(Path.Combine(folder, ChartName), BarChart.Create(results, machine, date));
        File.WriteAllText(Path.Combine(folder, "runs.jsonl"), RunLines.Create(results));
        Console.Out.WriteLine(report);
        Console.Error.WriteLine($"written to {folder}");
    }

    private static IEnumerable<string> PathsOf(Settings settings) => settings.Files.Count > 0
        ? settings.Files
        : Directory.EnumerateFiles(RepositoryFiles.PathOf("tests/Corpora"), "*.txt.gz")
            .Order(StringComparer.Ordinal);
}
