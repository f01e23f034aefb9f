using System.Runtime.CompilerServices;

namespace Harmony.Core;

/// <summary>Checks values where callers pass them in, so that they do not fail later.</summary>
internal static class Defined
{
    /// <summary>Returns the value if its enum has it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The enum does not have it.</exception>
    public static T OrThrow<T>(T value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : struct, Enum =>
        Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"This value is no {typeof(T).Name}.");

    /// <summary>Returns the value if it is not null.</summary>
    /// <exception cref="ArgumentNullException">It is null.</exception>
    public static T NotNull<T>(T? value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : class
    {
        ArgumentNullException.ThrowIfNull(value, name);
        return value;
    }
}
