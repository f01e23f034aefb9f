using System.Text.Json;

namespace Harmony.Core.Schemas;

/// <summary>The target of one or more references.</summary>
/// <param name="schema">The schema that they refer to.</param>
/// <param name="steps">The way to it from the root, unescaped.</param>
internal sealed class SchemaTarget(JsonElement schema, string[] steps)
{
    public JsonElement Schema { get; } = schema;

    public bool IsRoot => steps.Length == 0;

    /// <summary>Whether it stands where schemas are kept only to be referred to.</summary>
    public bool IsDefinition => steps is ["$defs" or "definitions", _];

    public string LastStep => IsRoot ? string.Empty : steps[^1];

    /// <summary>How many references there are to it.</summary>
    public int Uses { get; set; }

    /// <summary>The name that stands for it; null if it needs none.</summary>
    public string? Name { get; set; }

    /// <summary>Whether it was printed, or is being printed, so that its name says all.</summary>
    public bool IsPrinted { get; set; }

    /// <summary>Whether <see cref="Description"/> was looked for.</summary>
    public bool IsDescriptionKnown { get; set; }

    /// <summary>Its description, its own or that of what it refers to; null for none.</summary>
    public string? Description { get; set; }
}
