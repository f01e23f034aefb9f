namespace InferenceServer.Playground;

/// <summary>A part of a prompt.</summary>
/// <param name="Message">The message's position; null for the beginning of the next turn.</param>
/// <param name="Start">The position of the first id.</param>
/// <param name="Count">How many ids.</param>
internal sealed record PromptPart(int? Message, int Start, int Count);
