namespace Harmony.Engines;

/// <summary>The APIs of vLLM's server that take and give ids.</summary>
public enum VllmRoute
{
    /// <summary><c>/v1/completions</c>, which every server has.</summary>
    Completions,

    /// <summary><c>/inference/v1/generate</c>, of servers that were started for ids in and ids out.</summary>
    Generate,
}
