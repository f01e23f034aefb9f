namespace Harmony.Engines;

/// <summary>What kind of failure a <see cref="TokenGenerationException"/> reports.</summary>
public enum TokenGenerationError
{
    /// <summary>None of the others.</summary>
    Unknown,

    /// <summary>The request is wrong; it will always be refused.</summary>
    InvalidRequest,

    /// <summary>The prompt does not fit into the engine's context.</summary>
    ContextLengthExceeded,

    /// <summary>The engine has too many requests.</summary>
    Overloaded,

    /// <summary>The engine cannot be reached, or is not ready yet.</summary>
    Unavailable,

    /// <summary>The engine took too long.</summary>
    TimedOut,

    /// <summary>The completion broke off.</summary>
    Interrupted,

    /// <summary>The engine's answer is not what it should be.</summary>
    InvalidResponse,
}
