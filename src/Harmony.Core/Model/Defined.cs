using System.Runtime.CompilerServices;

namespace Harmony.Core;

/// <summary>Checks values from callers where they enter an object, so that nothing fails later for
/// them.</summary>
internal static class Defined
{
    /// <summary>The value, if it is one of its enum's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is none.</exception>
    public static T OrThrow<T>(T value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : struct, Enum =>
        Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"This value is no {typeof(T).Name}.");

    /// <summary>The value, if it is not null.</summary>
    /// <exception cref="ArgumentNullException">It is null.</exception>
    public static T NotNull<T>(T? value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : class
    {
        ArgumentNullException.ThrowIfNull(value, name);
        return value;
    }
}
