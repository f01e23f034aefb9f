using System.Runtime.CompilerServices;

namespace Harmony.Engines;

/// <summary>Checks settings when they are set, so that the error names the setting.</summary>
internal static class Range
{
    /// <summary>The longest time that timers take, over 49 days.</summary>
    private static readonly TimeSpan MaxTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    public static int? Positive(int? value, [CallerMemberName] string name = "")
    {
        if (value is int number)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(number, name);
        }

        return value;
    }

    public static int? NotNegative(int? value, [CallerMemberName] string name = "")
    {
        if (value is int number)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(number, name);
        }

        return value;
    }

    public static double? NotNegative(double? value, [CallerMemberName] string name = "") =>
        value is null or (>= 0 and < double.PositiveInfinity)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "The value must be a number of at least 0.");

    public static double? Probability(double? value, [CallerMemberName] string name = "") =>
        value is null or (> 0 and <= 1)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "The value must be over 0 and at most 1.");

    public static TimeSpan Positive(TimeSpan value, [CallerMemberName] string name = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxTimer, name);
        return value;
    }

    public static TimeSpan Timeout(TimeSpan value, [CallerMemberName] string name = "") =>
        value == System.Threading.Timeout.InfiniteTimeSpan ? value : Positive(value, name);
}
