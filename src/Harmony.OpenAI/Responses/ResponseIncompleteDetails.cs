namespace Harmony.OpenAI;

/// <summary>Why a response is incomplete. Immutable.</summary>
public sealed class ResponseIncompleteDetails
{
    /// <summary>Always <c>max_output_tokens</c>.</summary>
    public required string Reason { get; init; }
}
