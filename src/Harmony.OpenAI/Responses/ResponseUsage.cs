namespace Harmony.OpenAI;

/// <summary>What a response took, in tokens. Immutable.</summary>
public sealed class ResponseUsage
{
    /// <summary>Tokens of the prompt.</summary>
    public required int InputTokens { get; init; }

    /// <summary>Details of the prompt.</summary>
    public required PromptTokensDetails InputTokensDetails { get; init; }

    /// <summary>Sampled tokens, reasoning and format included.</summary>
    public required int OutputTokens { get; init; }

    /// <summary>Details of what was sampled.</summary>
    public required CompletionTokensDetails OutputTokensDetails { get; init; }

    /// <summary>All tokens.</summary>
    public required int TotalTokens { get; init; }
}
