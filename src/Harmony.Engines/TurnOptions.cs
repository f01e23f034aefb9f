using Harmony.Core;

namespace Harmony.Engines;

/// <summary>How one turn is sampled and read. Settings that are null are the engine's own. Immutable; share
/// one instance between turns.</summary>
public sealed record TurnOptions
{
    internal static TurnOptions Default { get; } = new();

    /// <summary>The most ids to sample, reasoning and format included; null for as many as the context has
    /// room for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int? MaxTokens { get; init => field = Range.Positive(value); }

    /// <summary>The temperature; 0 always takes the likeliest id.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or no number.</exception>
    public double? Temperature { get; init => field = Range.NotNegative(value); }

    /// <summary>The probability mass that ids are sampled from, over 0 and up to 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in that range.</exception>
    public double? TopP { get; init => field = Range.Probability(value); }

    /// <summary>The seed of the sampler.</summary>
    public long? Seed { get; init; }

    /// <summary>The strings that end the turn. They are looked for in the answer, unless a string names
    /// another channel. At most 4,096 bytes of UTF-8 in all.</summary>
    public ValueList<StopString> StopStrings { get; init; }

    /// <summary>The tool that the model must call, with its namespace, such as
    /// <c>functions.get_weather</c>; null for its own choice. The prompt then ends with the header of that
    /// call, and the model writes the arguments alone, without reasoning.</summary>
    public string? RequiredTool { get; init; }

    /// <summary>Whether the model continues the last message of the conversation instead of beginning one.
    /// The message holds text only.</summary>
    public bool ContinuesLastMessage { get; init; }

    /// <summary>What the sampled ids must spell; null for anything.</summary>
    public TokenConstraint? Constraint { get; init; }

    /// <summary>Separates this turn's cache from those of other salts; null for none.</summary>
    public string? CacheSalt { get; init; }

    /// <summary>How many of the likeliest ids to report at each position, beside the one that was sampled;
    /// null for no log probabilities.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int? LogProbabilities { get; init => field = Range.NotNegative(value); }

    /// <summary>Whether complete messages are collected, with their text and ids: for
    /// <see cref="TurnEvent.Message"/> and <see cref="TurnResult.Messages"/>. On by default. If it is off, a
    /// turn allocates nothing for each id.</summary>
    public bool CollectMessages { get; init; } = true;
}
