using Harmony.Core;

namespace Harmony.OpenAI;

/// <summary>How an answer is written. Immutable.</summary>
public sealed record OpenAIWriterOptions
{
    internal static OpenAIWriterOptions Default { get; } = new();

    /// <summary>The encoding of the sampled ids.</summary>
    public HarmonyEncoding Encoding { get; init; } = HarmonyEncoding.OpenAI;

    /// <summary>The answer's id; null for a random one. The ids of its parts are made from it, so that they
    /// are as unique as it is.</summary>
    public string? Id { get; init; }

    /// <summary>The model's name; null for the one in the request.</summary>
    public string? Model { get; init; }

    /// <summary>When the answer was begun; null for now.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Where Chat Completions writes the reasoning. Responses has a place of its own for
    /// it.</summary>
    public ReasoningField ReasoningField { get; init; }
}
