namespace Harmony.OpenAI;

/// <summary>How to think. Immutable.</summary>
public sealed class ResponseReasoning
{
    /// <summary>How long: <c>none</c>, <c>minimal</c>, <c>low</c>, <c>medium</c>, <c>high</c> or
    /// <c>xhigh</c>.</summary>
    public string? Effort { get; init; }

    /// <summary>How to summarise. The response repeats it; the reasoning itself is in the response.</summary>
    public string? Summary { get; init; }
}
