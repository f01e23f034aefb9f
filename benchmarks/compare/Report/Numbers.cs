using System.Globalization;

namespace Harmony.Compare.Report;

/// <summary>Numbers for people: three digits that count.</summary>
internal static class Numbers
{
    public const string None = "–";

    public static string Text(double? number) => number switch
    {
        null => None,
        >= 99.95 => number.Value.ToString("F0", CultureInfo.InvariantCulture),
        >= 9.995 => number.Value.ToString("F1", CultureInfo.InvariantCulture),
        _ => number.Value.ToString("F2", CultureInfo.InvariantCulture),
    };

    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
