using Harmony.Core;

namespace Harmony.Engines;

/// <summary>How a turn ended and what it took. Immutable.</summary>
public sealed record TurnResult
{
    /// <summary>Why the turn ended.</summary>
    public required TurnFinishReason FinishReason { get; init; }

    /// <summary>How many ids the prompt had.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>How many of the prompt's ids the engine had in its cache; null if it does not say.</summary>
    public int? CachedPromptTokens { get; init; }

    /// <summary>How many ids were sampled, by what they are.</summary>
    public required HarmonyTokenCounts Completion { get; init; }

    /// <summary>The stop string that ended the turn; null for none.</summary>
    public string? MatchedStopString { get; init; }

    /// <summary>The messages of the turn, with the ids that they were sampled as: add them to the
    /// conversation for the next turn. Empty if <see cref="TurnOptions.CollectMessages"/> is off.</summary>
    public ValueList<Message> Messages { get; init; }
}
