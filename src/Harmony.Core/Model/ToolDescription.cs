using System.Text.Json.Serialization;

namespace Harmony.Core;

/// <summary>A tool as prompts describe it. Immutable, with value equality.</summary>
/// <example><code>
/// var tool = new ToolDescription("get_weather", "The weather at a place.", JsonSchema.Parse(
///     """{"type":"object","properties":{"place":{"type":"string"}},"required":["place"]}"""));
/// </code></example>
[JsonConverter(typeof(HarmonyJsonConverter))]
public sealed record ToolDescription
{
    /// <summary>Creates a description.</summary>
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

    /// <summary>Gets the name within its namespace.</summary>
    public string Name { get; init => field = Defined.NotNull(value); }

    /// <summary>Gets what the tool does.</summary>
    public string Description { get; init => field = Defined.NotNull(value); }

    /// <summary>Gets the JSON Schema of the parameters; null for none.</summary>
    public JsonSchema? Parameters { get; init; }
}
