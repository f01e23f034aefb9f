namespace Harmony.Core;

/// <summary>What a <see cref="HarmonyParser"/> expects of a completion and reads from it. Immutable and
/// thread-safe. Use one instance for many parsers: it is compiled once.</summary>
public sealed record HarmonyParserOptions
{
    internal const int MaxStopStringBytes = 4096;

    internal static HarmonyParserOptions Default { get; } = new();

    /// <summary>The role that the prompt ended with, so that the completion begins inside its header; null if
    /// the completion begins with a start marker. A message whose header names no role has this role, or the
    /// assistant's. The assistant by default. If <see cref="Continues"/> is set, the first header is already
    /// complete.</summary>
    public Role? Role { get; init; } = Core.Role.Assistant;

    /// <summary>The message that the prompt ended inside, as
    /// <see cref="HarmonyEncoding.RenderForContinuation"/> renders it; null if the prompt ended with the
    /// beginning of a header. The completion goes on with its text: the first message that is collected has
    /// the whole text, while segments have only what was sampled. Must hold text only.</summary>
    public Message? Continues { get; init; }

    /// <summary>The tools that the model was told of; null if they are not known. A call of any other tool is
    /// for <see cref="MessageDestination.UndeclaredTool"/>, and a declared tool is recognised by its name
    /// alone.</summary>
    public ToolNamespaceCollection? DeclaredTools { get; init; }

    /// <summary>The strings that end a message's text. The one that ends first decides, and the longest of
    /// those that end together. At most 4,096 bytes of UTF-8 in all.</summary>
    public ValueList<StopString> StopStrings { get; init; }

    /// <summary>Whether text outside of any message is always skipped. By default, text at the beginning of a
    /// turn or after <c>&lt;|end|&gt;</c> is an answer without a header, unless another message's header
    /// follows it.</summary>
    public bool SkipStrayText { get; init; }

    /// <summary>Whether complete messages are collected in <see cref="HarmonyParser.Messages"/>. On by
    /// default. If it is off, a warm parser allocates nothing.</summary>
    public bool CollectMessages { get; init; } = true;
}
