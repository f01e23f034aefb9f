using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Harmony.Cli.Bench;

/// <summary>The processor's clock rate, by additions that wait for one another: each takes a cycle.</summary>
internal static class ClockRate
{
    private const int Rounds = 20;
    private const int Loops = 10_000;
    private const int AdditionsPerLoop = 16;

    /// <summary>The highest of a few measurements of some tens of microseconds.</summary>
    public static double Gigahertz()
    {
        double best = 0;
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            ulong sum = Add((ulong)start, (ulong)round | 1);
            double nanoseconds = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
            best = sum == 0 ? best : Math.Max(best, Loops * AdditionsPerLoop / nanoseconds);
        }

        return best;
    }

    // Optimized at the first call, and compiled as it stands: the operands are no constants.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static ulong Add(ulong sum, ulong value)
    {
        for (int i = 0; i < Loops; i++)
        {
            sum += value;
            sum += value;
            sum += value;
            sum += value;
            sum += value;
            sum += value;
            sum += value;
            sum += value;
            sum += value;
            sum += value;
            sum += value;
            sum += value;
            sum += value;
            sum += value;
            sum += value;
            sum += value;
        }

        return sum;
    }
}
