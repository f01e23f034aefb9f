using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Harmony.Cli.Bench;

/// <summary>Time of day, or the time that this thread had a processor, which other programs disturb
/// less.</summary>
internal static class PassClock
{
    private const int LinuxThreadClock = 3;
    private const int MacThreadClock = 16;
    private const double NanosecondsPerSecond = 1e9;

    /// <summary>Seconds since some moment; by the thread's processor time if that is wanted.</summary>
    /// <exception cref="CommandException">This system has no clock for threads.</exception>
    public static double Seconds(bool ofThread) => ofThread
        ? ThreadSeconds()
        : Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;

    private static double ThreadSeconds()
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
        {
            int clock = OperatingSystem.IsLinux() ? LinuxThreadClock : MacThreadClock;
            if (GetClockTime(clock, out TimeSpec time) == 0)
            {
                return time.Seconds + time.Nanoseconds / NanosecondsPerSecond;
            }
        }

        throw new CommandException("--cpu: this system has no clock for the processor time of a thread");
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetClockTime(int clock, out TimeSpec time);

    private readonly struct TimeSpec
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
