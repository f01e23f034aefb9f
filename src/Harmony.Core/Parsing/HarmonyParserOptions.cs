namespace Harmony.Core;

/// <summary>What a <see cref="HarmonyParser"/> expects and gives. Immutable; one instance may serve many
/// parsers.</summary>
public sealed record HarmonyParserOptions
{
    /// <summary>The defaults: the assistant's turn, no stop strings, any tool, messages are
    /// collected.</summary>
    public static HarmonyParserOptions Default { get; } = new();

    /// <summary>The role whose turn the prompt began, so that the completion begins within its header; null
    /// if the ids begin with a start marker. Where a role is missing later on it is this one, or the
    /// assistant.</summary>
    public Role? Role { get; init; } = Core.Role.Assistant;

    /// <summary>The tools that the model was told of, to tell calls to others apart; null if any may be
    /// called.</summary>
    public ToolNamespaceCollection? DeclaredTools { get; init; }

    /// <summary>The texts that end a message's text. The one that ends first counts, of those the
    /// longest.</summary>
    public ValueList<StopString> StopStrings { get; init; }

    /// <summary>Whether complete messages are collected in <see cref="HarmonyParser.Messages"/>. If not, a
    /// warm parser allocates nothing.</summary>
    public bool CollectMessages { get; init; } = true;
}
