namespace Harmony.Engines;

/// <summary>Why a turn ended.</summary>
public enum TurnFinishReason
{
    /// <summary>Something is missing: the completion ended inside a message, or after a thought, and the
    /// engine does not say why.</summary>
    Incomplete,

    /// <summary>The model ended its turn.</summary>
    Stop,

    /// <summary>The last message is a complete call of a tool.</summary>
    ToolCalls,

    /// <summary>A stop string ended the last message.</summary>
    StopString,

    /// <summary>As many ids were sampled as were asked for, or as the context has room for.</summary>
    Length,

    /// <summary>The engine gave up.</summary>
    Aborted,
}
