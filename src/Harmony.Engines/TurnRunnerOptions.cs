using Harmony.Core;

namespace Harmony.Engines;

/// <summary>How a <see cref="TurnRunner"/> works. Immutable.</summary>
public sealed record TurnRunnerOptions
{
    internal static TurnRunnerOptions Default { get; } = new();

    /// <summary>The encoding of prompts and completions; OpenAI's by default.</summary>
    public HarmonyEncoding Encoding { get; init; } = HarmonyEncoding.OpenAI;

    /// <summary>How prompts are rendered: which old reasoning is left out, the checks, the limits. The
    /// purpose and the next role make no difference.</summary>
    public RenderOptions Rendering { get; init; } = RenderOptions.Completion;

    /// <summary>The most conversations whose prompts are held between turns; the one that was used longest
    /// ago goes first. 1,024 by default; 0 to hold none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int MaxSessions { get; init => field = Range.NotNegative(value)!.Value; } = 1024;

    /// <summary>The most prompt ids that are held between turns, of all conversations together. Each takes
    /// about eight bytes; what is held besides them, such as the messages' texts, counts as one id for every
    /// eight bytes. Eight million by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int MaxSessionTokens { get; init => field = Range.NotNegative(value)!.Value; } = 8_000_000;
}
