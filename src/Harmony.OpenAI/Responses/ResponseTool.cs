using System.Text.Json;

namespace Harmony.OpenAI;

/// <summary>A tool that the model may call. Immutable.</summary>
public sealed class ResponseTool
{
    /// <summary>The kind; only <c>function</c> is possible.</summary>
    public string? Type { get; init; }

    /// <summary>The function's name, of any characters.</summary>
    public string? Name { get; init; }

    /// <summary>What it does.</summary>
    public string? Description { get; init; }

    /// <summary>The JSON Schema of its parameters.</summary>
    public JsonElement? Parameters { get; init; }

    /// <summary>Whether arguments must follow the schema. The response repeats it; nothing enforces
    /// it.</summary>
    public bool? Strict { get; init; }
}
