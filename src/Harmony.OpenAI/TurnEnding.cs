namespace Harmony.OpenAI;

/// <summary>What only the engine knows about a turn that is over.</summary>
/// <param name="PromptTokens">How many ids the prompt had.</param>
/// <param name="CachedPromptTokens">How many of them the engine had in its cache; null if it does not
/// say.</param>
/// <param name="ReachedLimit">Whether sampling stopped at the most ids that were asked for, or at the
/// context's end. It makes a difference only if something is missing in the answer.</param>
public readonly record struct TurnEnding(
    int PromptTokens, int? CachedPromptTokens = null, bool ReachedLimit = false);
