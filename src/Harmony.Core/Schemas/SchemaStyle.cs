using System.Text.Json.Serialization;

namespace Harmony.Core;

/// <summary>How the JSON Schemas of tools' parameters are written as types.</summary>
[JsonConverter(typeof(HarmonyJsonConverter))]
public enum SchemaStyle
{
    /// <summary>Exactly as the reference does, with its limits: <c>anyOf</c>, <c>allOf</c>, <c>$ref</c>,
    /// <c>const</c> and whatever else it does not read become <c>any</c>; later lines of a description are no
    /// comments; nothing is escaped.</summary>
    Reference,

    /// <summary>As the reference where that says what the schema says, and in the same manner where the
    /// reference says nothing: unions, intersections, references, literals of any JSON type, <c>null</c>,
    /// tuples, further properties. Every description stays within comments, keys are quoted where they must
    /// be, and unions stand in parentheses where an array, a tuple or an intersection holds them.</summary>
    Extended,
}
