namespace Harmony.Engines;

/// <summary>Why an engine ended a completion.</summary>
public enum TokenFinishReason
{
    /// <summary>It has not ended, or the engine does not say.</summary>
    None,

    /// <summary>A stop id was sampled.</summary>
    Stop,

    /// <summary>As many ids as were asked for, or as the context has room for.</summary>
    Length,

    /// <summary>The engine gave up, for example to serve another request.</summary>
    Aborted,
}
