namespace InferenceServer.Playground;

/// <summary>A prompt.</summary>
/// <param name="Count">How many ids.</param>
/// <param name="Tokens">The ids.</param>
/// <param name="ByteLengths">The length in bytes of UTF-8 of each id's part of the text.</param>
/// <param name="Prompt">The text.</param>
/// <param name="Parts">What the ids belong to, in order and without gaps.</param>
/// <param name="Dropped">The positions of the messages that are left out.</param>
/// <param name="UnknownMembers">The paths of members that mean nothing to the format.</param>
/// <param name="CachedCount">How many ids the cached prompt has; null for none.</param>
/// <param name="UnchangedCount">How many ids at the beginning the two have in common; null for none.</param>
internal sealed record RenderResponse(
    int Count,
    int[] Tokens,
    int[] ByteLengths,
    string Prompt,
    PromptPart[] Parts,
    int[] Dropped,
    string[] UnknownMembers,
    int? CachedCount,
    int? UnchangedCount);
