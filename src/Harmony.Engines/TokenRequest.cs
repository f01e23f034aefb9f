using System.Collections.Immutable;

namespace Harmony.Engines;

/// <summary>What an <see cref="ITokenGenerator"/> is asked for: a prompt, and how to sample what follows it.
/// Settings that are null are the engine's own. Immutable; the memory of the prompt belongs to the
/// caller.</summary>
public sealed record TokenRequest
{
    /// <summary>The prompt's ids. Valid until the enumerator of the completion is disposed: whoever keeps
    /// them longer copies them.</summary>
    public required ReadOnlyMemory<int> PromptIds { get; init; }

    /// <summary>The ids at which sampling stops. The completion ends with the one that was sampled.</summary>
    public ImmutableArray<int> StopIds { get; init; } = [];

    /// <summary>The most ids to sample, the stop id included; null for as many as the context has room
    /// for.</summary>
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

    /// <summary>The conversation that the prompt belongs to, for engines that keep a cache for each; null if
    /// it has no id.</summary>
    public string? SessionId { get; init; }

    /// <summary>Separates this prompt's cache from those of other salts, so that no user can time another
    /// user's prompts; null for none. Engines without salts ignore it.</summary>
    public string? CacheSalt { get; init; }

    /// <summary>What the completion must look like; null for anything.</summary>
    public TokenConstraint? Constraint { get; init; }

    /// <summary>How many of the likeliest ids to report at each position, beside the one that was sampled;
    /// null for no log probabilities, 0 for those of the sampled ids alone.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int? LogProbabilities { get; init => field = Range.NotNegative(value); }

    /// <summary>Describes the request for a log, without the ids.</summary>
    public override string ToString() => MaxTokens is int most
        ? $"{nameof(TokenRequest)} of {PromptIds.Length} prompt ids and at most {most} more"
        : $"{nameof(TokenRequest)} of {PromptIds.Length} prompt ids";
}
