namespace Harmony.Core;

/// <summary>The number of ids of a completion, by what they are. The parts add up to
/// <see cref="Total"/>.</summary>
/// <param name="Total">All ids: the output tokens.</param>
/// <param name="Reasoning">Ids of content on the channel <c>analysis</c>: the reasoning tokens.</param>
/// <param name="Commentary">Ids of content on the channel <c>commentary</c>.</param>
/// <param name="Final">Ids of content on the channel <c>final</c>.</param>
/// <param name="Other">Ids of content on any other channel, or on none.</param>
/// <param name="Format">All other ids: headers, markers, end tokens, and ids outside of any message.</param>
public readonly record struct HarmonyTokenCounts(
    int Total, int Reasoning, int Commentary, int Final, int Other, int Format);
