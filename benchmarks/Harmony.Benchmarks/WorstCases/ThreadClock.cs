using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Harmony.Benchmarks.WorstCases;

/// <summary>The processor time of the calling thread on Linux; elsewhere the time of day.</summary>
internal static class ThreadClock
{
    private const int LinuxThreadClock = 3;

    /// <summary>Seconds since some moment.</summary>
    public static double Seconds =>
        OperatingSystem.IsLinux() && GetClockTime(LinuxThreadClock, out TimeSpec time) == 0
            ? time.Seconds + time.Nanoseconds / 1e9
            : Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetClockTime(int clock, out TimeSpec time);

    private readonly struct TimeSpec
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
