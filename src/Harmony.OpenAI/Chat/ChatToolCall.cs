namespace Harmony.OpenAI;

/// <summary>A call of a function, or a part of one in a stream. Immutable.</summary>
public sealed class ChatToolCall
{
    /// <summary>Which of the answer's calls it is; only in a stream.</summary>
    public int? Index { get; init; }

    /// <summary>The id that the tool's message names; in a stream only in the call's first part.</summary>
    public string? Id { get; init; }

    /// <summary>Always <c>function</c>; in a stream only in the call's first part.</summary>
    public string? Type { get; init; }

    /// <summary>The function and its arguments.</summary>
    public ChatFunctionCall? Function { get; init; }
}
