using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harmony.OpenAI;

/// <summary>One answer. Immutable.</summary>
public sealed class ChatChoice
{
    /// <summary>Always 0.</summary>
    public int Index { get; init; }

    /// <summary>The assistant's message.</summary>
    public required ChatMessage Message { get; init; }

    /// <summary>Always null: there are no log probabilities.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public JsonElement? Logprobs { get; init; }

    /// <summary>Why it ended: <c>stop</c>, <c>length</c> or <c>tool_calls</c>.</summary>
    public required string FinishReason { get; init; }

    /// <summary>The sampled ids, the stop id included; null unless they were asked for.</summary>
    public IReadOnlyList<int>? TokenIds { get; init; }
}
