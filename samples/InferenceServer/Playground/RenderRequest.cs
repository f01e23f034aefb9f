namespace InferenceServer.Playground;

/// <summary>A conversation to turn into a prompt.</summary>
/// <param name="Conversation">The conversation's JSON, as text, so that errors have a place in it.</param>
/// <param name="Purpose">What the prompt is for: <c>completion</c>, the default, <c>continuation</c>,
/// <c>training</c> or <c>none</c>.</param>
/// <param name="Role">Whose turn is next, for completion; by default the assistant's.</param>
/// <param name="Dialect"><c>openai</c>, the default, or <c>oss</c>.</param>
/// <param name="Analysis">Which reasoning is left out: <c>drop_before_first_final</c>, the default,
/// <c>drop_finished_turns</c> or <c>keep_all</c>.</param>
/// <param name="CheckHeaders">Whether headers that could be forged are refused; by default they are.</param>
/// <param name="KeepSampled">Whether messages with <c>sampled_tokens</c> are rendered as these.</param>
/// <param name="Cached">Another prompt, to be told how much of its beginning this one has; null for
/// none.</param>
internal sealed record RenderRequest(
    string? Conversation,
    string? Purpose = null,
    string? Role = null,
    string? Dialect = null,
    string? Analysis = null,
    bool CheckHeaders = true,
    bool KeepSampled = false,
    RenderRequest? Cached = null);
