namespace Harmony.Engines;

/// <summary>The language of a <see cref="TokenConstraint"/>.</summary>
public enum TokenConstraintKind
{
    /// <summary>A grammar in GBNF.</summary>
    Grammar,

    /// <summary>A JSON Schema.</summary>
    JsonSchema,
}
