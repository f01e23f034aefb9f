namespace Harmony.Engines;

/// <summary>Some ids of a completion, as an engine gives them out.</summary>
/// <param name="Ids">The sampled ids, the stop id included. The memory may be reused for the next
/// chunk.</param>
public readonly record struct TokenChunk(ReadOnlyMemory<int> Ids)
{
    /// <summary>Why sampling ended; <see cref="TokenFinishReason.None"/> in every chunk but the
    /// last.</summary>
    public TokenFinishReason FinishReason { get; init; }

    /// <summary>How many of the prompt's ids the engine had in its cache; null if this chunk does not say.
    /// The last chunk that says counts.</summary>
    public int? CachedPromptTokens { get; init; }

    /// <summary>The log probability of each id; empty if they were not asked for or the engine has
    /// none.</summary>
    public ReadOnlyMemory<TokenLogProbability> LogProbabilities { get; init; }
}
