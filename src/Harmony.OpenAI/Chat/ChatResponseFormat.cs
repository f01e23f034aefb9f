namespace Harmony.OpenAI;

/// <summary>The form of an answer. Immutable.</summary>
public sealed class ChatResponseFormat
{
    /// <summary>The kind: <c>text</c>, <c>json_object</c> or <c>json_schema</c>.</summary>
    public string? Type { get; init; }

    /// <summary>The schema, for <c>json_schema</c>.</summary>
    public ChatJsonSchema? JsonSchema { get; init; }
}
