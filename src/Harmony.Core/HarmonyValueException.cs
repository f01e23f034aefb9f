namespace Harmony.Core;

/// <summary>A value from outside does not fit the model of conversations, such as an unknown role.</summary>
public class HarmonyValueException : HarmonyException
{
    internal HarmonyValueException(
        string message, string? value = null, string? expected = null, Exception? inner = null)
        : base(message, inner)
    {
        Value = value;
        Expected = expected;
    }
}
