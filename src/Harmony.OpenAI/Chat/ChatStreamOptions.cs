namespace Harmony.OpenAI;

/// <summary>What a stream holds. Immutable.</summary>
public sealed class ChatStreamOptions
{
    /// <summary>Whether a last chunk has the usage.</summary>
    public bool? IncludeUsage { get; init; }
}
