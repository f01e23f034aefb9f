namespace Harmony.Core;

/// <summary>Ids that are not what the format allows at their place.</summary>
public sealed class HarmonyParseException : HarmonyException
{
    internal HarmonyParseException(
        string message, int idIndex, int messageIndex, string? value, string? expected)
        : base($"{message} (at id {idIndex}, in message {messageIndex}).")
    {
        IdIndex = idIndex;
        MessageIndex = messageIndex;
        Value = value;
        Expected = expected;
    }

    /// <summary>The position of the id at which the error was noticed, counted from 0; the number of ids if
    /// it was the end of the stream.</summary>
    public int IdIndex { get; }
}
