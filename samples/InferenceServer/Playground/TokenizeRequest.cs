namespace InferenceServer.Playground;

/// <summary>A text to turn into ids.</summary>
/// <param name="Prompt">The text.</param>
/// <param name="Encoding"><c>o200k_harmony</c>, the default, or <c>o200k_base</c>.</param>
/// <param name="Special">What text that spells a special token becomes: <c>ordinary</c> ids, the default, or
/// the special ids (<c>all</c>).</param>
/// <param name="Limit">A number of tokens, to be told how much of the text fits into it; null for
/// none.</param>
internal sealed record TokenizeRequest(
    string? Prompt, string? Encoding = null, string? Special = null, int? Limit = null);
