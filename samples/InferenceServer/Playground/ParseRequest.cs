namespace InferenceServer.Playground;

/// <summary>A completion to read, as text or as ids.</summary>
/// <param name="Text">The completion as text, in which markers are special tokens; null if there are
/// ids.</param>
/// <param name="Tokens">The ids; null if there is text.</param>
/// <param name="Mode"><c>resilient</c>, the default, <c>strict</c> or <c>lenient</c>.</param>
/// <param name="Role">The role whose turn it continues; by default the assistant's, or none if it begins with
/// <c>&lt;|start|&gt;</c>.</param>
/// <param name="Dialect"><c>openai</c>, the default, or <c>oss</c>.</param>
/// <param name="Tools">Resilient: the declared tools' JSON, as text; null if they are not known.</param>
/// <param name="Stop">Resilient: texts that end the answer.</param>
/// <param name="SkipStrayText">Resilient: whether text without a header is never an answer.</param>
internal sealed record ParseRequest(
    string? Text = null,
    int[]? Tokens = null,
    string? Mode = null,
    string? Role = null,
    string? Dialect = null,
    string? Tools = null,
    string[]? Stop = null,
    bool SkipStrayText = false);
