namespace Harmony.Core;

/// <summary>JSON that is malformed, or that does not describe a conversation, message or schema.</summary>
public sealed class HarmonyJsonException : HarmonyValueException
{
    internal HarmonyJsonException(
        string path, long position, string message, string? value, string? expected, Exception? inner)
        : base($"{message} (at {path}, byte {position})", value, expected, inner)
    {
        Path = path;
        Position = position;
    }

    /// <summary>Where the value stands, such as <c>$.messages[2].role</c>.</summary>
    public string Path { get; }

    /// <summary>Where the error was noticed, in bytes from the start of the UTF-8 input.</summary>
    public long Position { get; }
}
