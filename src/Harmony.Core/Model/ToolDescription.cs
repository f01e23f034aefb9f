using System.Text.Json.Serialization;

namespace Harmony.Core;

/// <summary>One tool as the model is told of it.</summary>
[JsonConverter(typeof(HarmonyJsonConverter))]
public sealed record ToolDescription
{
    /// <summary>A tool of this name.</summary>
    /// <param name="name">The name within its namespace, such as <c>get_weather</c>; written as it
    /// is.</param>
    /// <param name="description">What it does; written as comment lines above the tool's type.</param>
    /// <param name="parameters">The JSON Schema of its parameters; null for a tool without
    /// parameters.</param>
    public ToolDescription(string name, string description, JsonSchema? parameters = null)
    {
        Name = Defined.NotNull(name);
        Description = Defined.NotNull(description);
        Parameters = parameters;
    }

    /// <summary>The name within its namespace.</summary>
    public string Name { get; init => field = Defined.NotNull(value); }

    /// <summary>What it does.</summary>
    public string Description { get; init => field = Defined.NotNull(value); }

    /// <summary>The JSON Schema of its parameters; null for none.</summary>
    public JsonSchema? Parameters { get; init; }
}
