namespace Harmony.OpenAI;

/// <summary>A tool that the model may call. Immutable.</summary>
public sealed class ChatTool
{
    /// <summary>The kind; only <c>function</c> is possible.</summary>
    public string? Type { get; init; }

    /// <summary>The function.</summary>
    public ChatFunction? Function { get; init; }
}
