using System.ComponentModel;
using System.Diagnostics;
using Harmony.Compare.Runs;

namespace Harmony.Compare.Tools;

/// <summary>Runs tools as processes, one at a time.</summary>
internal sealed class ProcessRunner : IToolRunner
{
    /// <summary>The exit code by which shells, and peers, say that a program is not there.</summary>
    private const int NotInstalled = 127;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public Outcome Run(Tool tool, string file, Mode mode, int passes)
    {
        ProcessStartInfo command = tool.Command(file, mode, passes);
        command.RedirectStandardInput = true;
        command.RedirectStandardOutput = true;
        command.RedirectStandardError = true;
        try
        {
            using Process process = Process.Start(command)!;
            process.StandardInput.Close();
            return OutcomeOf(process);
        }
        catch (Win32Exception)
        {
            // Its message names folders of this machine, which have no place in results.
            return Outcome.Absent("its program cannot be started");
        }
    }

    private static Outcome OutcomeOf(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            return Outcome.Failed($"no end after {Patience.TotalMinutes} minutes");
        }

        string lastError = errors.Result.TrimEnd().Split('\n')[^1].Trim();
        if (process.ExitCode != 0)
        {
            return process.ExitCode == NotInstalled
                ? Outcome.Absent(lastError)
                : Outcome.Failed($"exit code {process.ExitCode}: {lastError}");
        }

        try
        {
            return Outcome.Of(Measurement.Parse(output.Result));
        }
        catch (FormatException e)
        {
            return Outcome.Failed(e.Message);
        }
    }
}
