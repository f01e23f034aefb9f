namespace Harmony.OpenAI;

/// <summary>Details of a prompt's tokens. Immutable.</summary>
public sealed class PromptTokensDetails
{
    /// <summary>Tokens that the engine had in its cache; 0 if it does not say.</summary>
    public required int CachedTokens { get; init; }
}
