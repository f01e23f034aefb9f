namespace Harmony.Engines;

/// <summary>What a <see cref="TurnEvent"/> tells. A turn is messages, one after the other: a start, deltas,
/// an end. Calls of tools have starts, deltas and ends of their own.</summary>
public enum TurnEventKind
{
    /// <summary>A message begins that calls no tool.</summary>
    MessageStart,

    /// <summary>More of a message that is reasoning: not to be shown as an answer.</summary>
    ReasoningDelta,

    /// <summary>More text of any other message: an answer, or a preamble on the channel
    /// <c>commentary</c>.</summary>
    TextDelta,

    /// <summary>A message is over: one that calls no tool, or a call that was cut off and must not be
    /// run.</summary>
    MessageEnd,

    /// <summary>The call of a tool begins: the recipient is known.</summary>
    ToolCallStart,

    /// <summary>More of a call's arguments.</summary>
    ToolCallDelta,

    /// <summary>A call is complete: it may be run.</summary>
    ToolCallEnd,

    /// <summary>Ids that are no message's text, with the text that they spell: outside of any message, or
    /// from a stop string on.</summary>
    Skipped,

    /// <summary>Something that the format does not allow. Reading goes on.</summary>
    Diagnostic,

    /// <summary>The turn is over: the last event.</summary>
    TurnEnd,
}
