using System.Text.Json;

namespace Harmony.Core;

/// <summary>JSON that is malformed, or that does not describe what it is read as; or a value that JSON cannot
/// hold. What System.Text.Json throws for its own errors, so that servers answer as they do to
/// those.</summary>
public sealed class HarmonyJsonException : JsonException
{
    private readonly string _path;
    private readonly bool _isWhole;

    /// <param name="path">Where the value stands in what was read.</param>
    /// <param name="position">Where the error was noticed.</param>
    /// <param name="reason">What was wrong, a sentence.</param>
    /// <param name="value">The offending value; null for none.</param>
    /// <param name="expected">What would have been right; null if the reason says it.</param>
    /// <param name="inner">The cause; null for none.</param>
    /// <param name="isWhole">Whether what was read is the whole document. If not, System.Text.Json adds the
    /// path to it.</param>
    internal HarmonyJsonException(
        string path,
        long position,
        string reason,
        string? value,
        string? expected,
        Exception? inner = null,
        bool isWhole = true)
        : base(reason, isWhole ? path : null, lineNumber: null, bytePositionInLine: null, inner)
    {
        Reason = reason;
        Position = position;
        Value = value;
        Expected = expected;
        _path = path;
        _isWhole = isWhole;
    }

    /// <summary>Where the value stands, such as <c>$.messages[2].role</c>.</summary>
    public new string Path => _isWhole || base.Path is null ? _path : base.Path + _path[1..];

    /// <summary>Where the error was noticed, in bytes of UTF-8 from the start of the value that was read; 0
    /// when writing.</summary>
    public long Position { get; }

    /// <summary>The offending value; null if there is none, as for something that is missing.</summary>
    public string? Value { get; }

    /// <summary>What would have been right; null if the message says all.</summary>
    public string? Expected { get; }

    /// <summary>What was wrong, and where.</summary>
    public override string Message => $"{Reason} (at {Path}, byte {Position})";

    /// <summary>What was wrong, without the place.</summary>
    internal string Reason { get; }
}
