namespace Harmony.OpenAI;

/// <summary>New text or a new part of a call. Immutable.</summary>
public sealed class ChatDelta
{
    /// <summary>The role, in the first chunk.</summary>
    public string? Role { get; init; }

    /// <summary>New text of the answer.</summary>
    public string? Content { get; init; }

    /// <summary>New text of the reasoning.</summary>
    public string? ReasoningContent { get; init; }

    /// <summary>The same, if <see cref="ReasoningField.Reasoning"/> asks for it.</summary>
    public string? Reasoning { get; init; }

    /// <summary>The beginning of a call, or new text of its arguments: one item.</summary>
    public IReadOnlyList<ChatToolCall>? ToolCalls { get; init; }
}
