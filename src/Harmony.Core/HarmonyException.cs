namespace Harmony.Core;

/// <summary>Base of the exceptions of the chat layer: what was wrong, where, and what was expected
/// instead.</summary>
public abstract class HarmonyException : Exception
{
    private protected HarmonyException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>The message at fault, counted from 0 in its conversation or completion; null if the error is
    /// in no particular message.</summary>
    public int? MessageIndex { get; internal init; }

    /// <summary>The offending value; null if there is none, as for something that is missing.</summary>
    public string? Value { get; internal init; }

    /// <summary>What would have been right; null if the message says all.</summary>
    public string? Expected { get; internal init; }
}
