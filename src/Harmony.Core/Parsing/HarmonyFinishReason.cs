namespace Harmony.Core;

/// <summary>Why a completion ended, in the terms of chat APIs.</summary>
public enum HarmonyFinishReason
{
    /// <summary>Something is missing: the stream ended inside a message or a header, or after a message that
    /// never ends a turn, such as a thought.</summary>
    Incomplete,

    /// <summary>The model ended its turn.</summary>
    Stop,

    /// <summary>The last message is a complete call of a tool.</summary>
    ToolCalls,

    /// <summary>A stop string ended the last message.</summary>
    StopString,
}
