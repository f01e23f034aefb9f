namespace Harmony.Fuzz;

/// <summary>Something that must hold does not.</summary>
internal sealed class FuzzException(string message) : Exception(message)
{
    /// <summary>Throws if values differ.</summary>
    public static void ThrowUnlessEqual<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, string what)
        where T : IEquatable<T>
    {
        if (!expected.SequenceEqual(actual))
        {
            throw new FuzzException(
                $"{what}: {actual.Length} values, not {expected.Length}, or different from index "
                + $"{expected.CommonPrefixLength(actual)} on");
        }
    }

    /// <summary>Throws if something does not hold.</summary>
    public static void ThrowUnless(bool holds, string what)
    {
        if (!holds)
        {
            throw new FuzzException(what);
        }
    }
}
