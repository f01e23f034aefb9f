namespace Harmony.Core;

/// <summary>A message cannot be written in the format. Nothing was written to the caller's buffer.</summary>
public sealed class HarmonyRenderException : HarmonyException
{
    internal HarmonyRenderException(string message, int messageIndex, string value, string expected)
        : base($"{message} (message {messageIndex}).")
    {
        MessageIndex = messageIndex;
        Value = value;
        Expected = expected;
    }
}
