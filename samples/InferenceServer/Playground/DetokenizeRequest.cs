namespace InferenceServer.Playground;

/// <summary>Ids to turn into text.</summary>
/// <param name="Tokens">The ids.</param>
/// <param name="Encoding">As for <see cref="TokenizeRequest"/>.</param>
internal sealed record DetokenizeRequest(int[]? Tokens, string? Encoding = null);
