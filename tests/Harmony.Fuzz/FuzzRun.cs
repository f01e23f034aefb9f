using System.Diagnostics;

namespace Harmony.Fuzz;

/// <summary>Case after case, in turns through the targets, until enough were run; every failure is printed
/// with what replays it.</summary>
internal static class FuzzRun
{
    private const int MaxFailures = 20;
    private const int MaxNotes = 100_000;

    /// <summary>Runs the cases.</summary>
    /// <returns>The exit code: 0 if all passed.</returns>
    public static int Run(FuzzSettings settings)
    {
        var clock = Stopwatch.StartNew();
        long passed = 0;
        int failed = 0;
        long number = settings.From;
        for (long done = 0; done < settings.Cases && failed < MaxFailures && !IsOver(settings, clock); done++, number++)
        {
            foreach (IFuzzTarget target in settings.Targets)
            {
                if (TryRun(target, settings.Seed, number))
                {
                    passed++;
                }
                else
                {
                    failed++;
                }
            }
        }

        Console.WriteLine(
            $"fuzz: {passed} passed, {failed} failed; seed {settings.Seed}, cases {settings.From} to {number - 1} of "
            + $"{settings.Targets.Count} targets in {clock.Elapsed.TotalSeconds:F0} s");
        return failed == 0 ? 0 : 1;
    }

    private static bool IsOver(FuzzSettings settings, Stopwatch clock) =>
        settings.Minutes > 0 && clock.Elapsed.TotalMinutes >= settings.Minutes;

    private static bool TryRun(IFuzzTarget target, int seed, long number)
    {
        var one = new FuzzCase(target.Name, seed, number);
        try
        {
            target.Run(one);
            return true;
        }
#pragma warning disable CA1031 // Any exception is a finding.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Console.WriteLine($"FAILED: --target {target.Name} --seed {seed} --from {number} --cases 1");
            Console.WriteLine(e);
            Console.WriteLine(one.Notes.Length < MaxNotes ? one.Notes : one.Notes[..MaxNotes] + "...");
            return false;
        }
    }
}
