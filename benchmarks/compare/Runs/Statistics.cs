namespace Harmony.Compare.Runs;

/// <summary>What is made of repeated runs.</summary>
internal static class Statistics
{
    /// <summary>The value in the middle, or between the two there; null for no values.</summary>
    public static double? Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length switch
        {
            0 => null,
            int length when length % 2 == 1 => sorted[middle],
            _ => (sorted[middle - 1] + sorted[middle]) / 2,
        };
    }
}
