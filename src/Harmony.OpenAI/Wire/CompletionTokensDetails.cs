namespace Harmony.OpenAI;

/// <summary>Details of sampled tokens. Immutable.</summary>
public sealed class CompletionTokensDetails
{
    /// <summary>Tokens of the reasoning.</summary>
    public required int ReasoningTokens { get; init; }
}
