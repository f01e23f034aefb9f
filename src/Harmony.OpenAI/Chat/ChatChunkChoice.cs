using System.Text.Json.Serialization;

namespace Harmony.OpenAI;

/// <summary>What is new in an answer. Immutable.</summary>
public sealed class ChatChunkChoice
{
    /// <summary>Always 0.</summary>
    public int Index { get; init; }

    /// <summary>What is new.</summary>
    public required ChatDelta Delta { get; init; }

    /// <summary>Why the answer ended; null until it does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? FinishReason { get; init; }

    /// <summary>The sampled ids that the chunk stands for, if they were asked for. Those of all chunks,
    /// joined, are the completion.</summary>
    public IReadOnlyList<int>? TokenIds { get; init; }
}
