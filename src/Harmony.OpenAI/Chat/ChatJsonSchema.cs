using System.Text.Json;

namespace Harmony.OpenAI;

/// <summary>The schema of an answer. Immutable.</summary>
public sealed class ChatJsonSchema
{
    /// <summary>The name of the form.</summary>
    public string? Name { get; init; }

    /// <summary>What the form is for.</summary>
    public string? Description { get; init; }

    /// <summary>The JSON Schema.</summary>
    public JsonElement? Schema { get; init; }
}
