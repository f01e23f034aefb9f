namespace Harmony.Core;

/// <summary>What a <see cref="HarmonyParser"/> expects and gives. Immutable and thread-safe; keep one instance
/// for many parsers, since it is made ready only once.</summary>
public sealed record HarmonyParserOptions
{
    /// <summary>The most bytes of UTF-8 that all stop strings may have together. They come from clients, and
    /// finding them takes memory.</summary>
    public const int MaxStopStringBytes = 4096;

    /// <summary>The defaults: the assistant's turn, no stop strings, no tools known, stray text is an answer,
    /// messages are collected.</summary>
    public static HarmonyParserOptions Default { get; } = new();

    /// <summary>The role whose turn the prompt began, so that the completion begins within its header; null
    /// if the ids begin with a start marker. A message whose header names no role has this one, or is the
    /// assistant's. With <see cref="Continues"/> the first header is already complete.</summary>
    public Role? Role { get; init; } = Core.Role.Assistant;

    /// <summary>The message that the prompt ended inside, as <see cref="RenderPurpose.Continuation"/> renders
    /// it: the completion goes on with its text. The first message of the answer is then the whole one, whose
    /// text begins with this one's; segments carry only what was sampled. Null if the prompt ended with the
    /// beginning of a header. Its contents must be text.</summary>
    public Message? Continues { get; init; }

    /// <summary>The tools that the model was told of. A call of another one is
    /// <see cref="HarmonyRoute.UndeclaredTool"/>, and a declared tool is recognised by its name alone. Null if
    /// they are not known.</summary>
    public ToolNamespaceCollection? DeclaredTools { get; init; }

    /// <summary>The texts that end a message's text. The first one to end decides, and the longest of those
    /// that end together. At most <see cref="MaxStopStringBytes"/> in all.</summary>
    public ValueList<StopString> StopStrings { get; init; }

    /// <summary>Whether text outside of any message is always skipped. By default text at the turn's
    /// beginning, or after <c>&lt;|end|&gt;</c>, is an answer whose header is missing, unless another message's
    /// header follows it.</summary>
    public bool SkipStrayText { get; init; }

    /// <summary>Whether complete messages are collected in <see cref="HarmonyParser.Messages"/>. If not, a
    /// warm parser allocates nothing.</summary>
    public bool CollectMessages { get; init; } = true;
}
