using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harmony.OpenAI;

/// <summary>A message of Chat Completions, in a request or in an answer. Immutable.</summary>
public sealed class ChatMessage
{
    /// <summary>Who wrote it: <c>system</c>, <c>developer</c>, <c>user</c>, <c>assistant</c> or
    /// <c>tool</c>.</summary>
    public string? Role { get; init; }

    /// <summary>The content: a string or parts; null for none, as in most calls.</summary>
    [JsonConverter(typeof(ContentPartsConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<ContentPart>? Content { get; init; }

    /// <summary>The name of the user who wrote it.</summary>
    public string? Name { get; init; }

    /// <summary>The model's reasoning, under the name that DeepSeek and vLLM use.</summary>
    public string? ReasoningContent { get; init; }

    /// <summary>The model's reasoning, under the name that other servers use.</summary>
    public string? Reasoning { get; init; }

    /// <summary>The text of a refusal.</summary>
    public string? Refusal { get; init; }

    /// <summary>The calls of the assistant.</summary>
    public IReadOnlyList<ChatToolCall>? ToolCalls { get; init; }

    /// <summary>The call that a tool's message answers.</summary>
    public string? ToolCallId { get; init; }

    /// <summary>The old form of <see cref="ToolCalls"/>; refused.</summary>
    public JsonElement? FunctionCall { get; init; }
}
