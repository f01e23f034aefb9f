using Harmony.Cli.Input;
using Spectre.Console;

namespace Harmony.Cli.Output;

/// <summary>A progress bar on standard error while many files are read. Only this and what else draws on a
/// terminal loads Spectre.Console, which costs more than counting a small file.</summary>
internal static class ProgressBar
{
    /// <summary>Whether there is something to show a bar for, and where to show it.</summary>
    public static bool IsWanted(StandardStreams streams, InputSource[] sources) =>
        sources.Length > 1 && streams.ErrorIsTerminal;

    /// <summary>Does the work under a bar; the work reports the bytes it has read.</summary>
    public static void Run(StandardStreams streams, InputSource[] sources, Action<Action<long>> work)
    {
        long total = 0;
        foreach (InputSource source in sources)
        {
            total += source.LengthOrZero;
        }

        IAnsiConsole console = TerminalConsole.Create(streams.Error, isTerminal: true);
        console.Progress()
            .AutoClear(true)
            .Columns(
                new ProgressBarColumn(),
                new PercentageColumn(),
                new DownloadedColumn(),
                new RemainingTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask("reading", maxValue: Math.Max(total, 1));
                work(bytes => task.Increment(bytes));
            });
    }
}
