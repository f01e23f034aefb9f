using System.Text.Json;

namespace Harmony.OpenAI;

/// <summary>The form of an answer. Immutable.</summary>
public sealed class ResponseTextFormat
{
    /// <summary>The kind: <c>text</c>, <c>json_object</c> or <c>json_schema</c>.</summary>
    public string? Type { get; init; }

    /// <summary>The name of the form, for <c>json_schema</c>.</summary>
    public string? Name { get; init; }

    /// <summary>What the form is for.</summary>
    public string? Description { get; init; }

    /// <summary>The JSON Schema.</summary>
    public JsonElement? Schema { get; init; }

    /// <summary>Whether the answer must follow the schema. The response repeats it; the prompt asks for the
    /// form all the same.</summary>
    public bool? Strict { get; init; }
}
