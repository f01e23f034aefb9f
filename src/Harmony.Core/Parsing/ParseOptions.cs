namespace Harmony.Core;

/// <summary>How completions are parsed. Immutable.</summary>
public sealed record ParseOptions
{
    /// <summary>The reference's default: a stop token inside a header is part of the header.</summary>
    public static ParseOptions Strict { get; } = new();

    /// <summary>A stop token inside a header ends that malformed message, whose text is kept if it is the
    /// first of a completion whose role is known.</summary>
    public static ParseOptions Lenient { get; } = new() { StopTokenEndsHeader = true };

    /// <summary>Whether a stop token inside a header ends the malformed message.</summary>
    public bool StopTokenEndsHeader { get; init; }
}
