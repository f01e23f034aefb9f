using System.Text.Json.Serialization;

namespace Harmony.Core;

/// <summary>A form that the model's answer should have, described in the section <c># Response Formats</c> of
/// a developer message. It requests the form; only constrained sampling can force it. Immutable, with value
/// equality.</summary>
[JsonConverter(typeof(HarmonyJsonConverter))]
public sealed record ResponseFormat
{
    /// <summary>Creates a format.</summary>
    /// <param name="name">The name, written as the format's heading.</param>
    /// <param name="schema">The JSON Schema of the answer; written as compact JSON, its members in their
    /// order.</param>
    /// <param name="description">What the format is for, written as comment lines; null for nothing.</param>
    public ResponseFormat(string name, JsonSchema schema, string? description = null)
    {
        Name = Defined.NotNull(name);
        Schema = Defined.NotNull(schema);
        Description = description;
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; init => field = Defined.NotNull(value); }

    /// <summary>Gets the JSON Schema of the answer.</summary>
    public JsonSchema Schema { get; init => field = Defined.NotNull(value); }

    /// <summary>Gets what the format is for; null for nothing.</summary>
    public string? Description { get; init; }
}
