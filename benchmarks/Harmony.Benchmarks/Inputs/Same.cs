namespace Harmony.Benchmarks.Inputs;

/// <summary>Outputs are compared before they are timed.</summary>
internal static class Same
{
    public static void OrThrow<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, string what)
        where T : IEquatable<T>
    {
        if (!expected.SequenceEqual(actual))
        {
            int at = expected.CommonPrefixLength(actual);
            throw new InvalidOperationException(
                $"{what}: {actual.Length} values, not {expected.Length}, or different from index {at} on.");
        }
    }
}
