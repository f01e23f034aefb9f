namespace Harmony.OpenAI;

/// <summary>What an answer took, in tokens. Immutable.</summary>
public sealed class ChatUsage
{
    /// <summary>Tokens of the prompt.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Sampled tokens, reasoning and format included.</summary>
    public required int CompletionTokens { get; init; }

    /// <summary>All tokens.</summary>
    public required int TotalTokens { get; init; }

    /// <summary>Details of the prompt.</summary>
    public required PromptTokensDetails PromptTokensDetails { get; init; }

    /// <summary>Details of what was sampled.</summary>
    public required CompletionTokensDetails CompletionTokensDetails { get; init; }
}
