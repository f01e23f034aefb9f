using System.Text.Json;

namespace Harmony.OpenAI;

/// <summary>A function that the model may call. Immutable.</summary>
public sealed class ChatFunction
{
    /// <summary>The name, of any characters.</summary>
    public string? Name { get; init; }

    /// <summary>What it does.</summary>
    public string? Description { get; init; }

    /// <summary>The JSON Schema of its parameters.</summary>
    public JsonElement? Parameters { get; init; }
}
