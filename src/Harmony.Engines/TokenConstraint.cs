namespace Harmony.Engines;

/// <summary>What the ids that are sampled must spell. Immutable.</summary>
/// <remarks>A constraint holds from the first sampled id on. A turn begins with a header, so a grammar must
/// be one of the whole turn, such as <c>root ::= "&lt;|channel|&gt;final&lt;|message|&gt;" obj</c>. A JSON
/// schema fits only where the prompt has the header already, as with
/// <see cref="TurnOptions.RequiredTool"/>.</remarks>
/// <param name="Kind">The language of the text.</param>
/// <param name="Text">The grammar, or the schema.</param>
public sealed record TokenConstraint(TokenConstraintKind Kind, string Text)
{
    /// <summary>Creates a constraint from a grammar in GBNF, llama.cpp's notation, which vLLM and SGLang read
    /// as well.</summary>
    public static TokenConstraint Grammar(string gbnf) => new(TokenConstraintKind.Grammar, gbnf);

    /// <summary>Creates a constraint from a JSON Schema.</summary>
    public static TokenConstraint JsonSchema(string schema) => new(TokenConstraintKind.JsonSchema, schema);
}
