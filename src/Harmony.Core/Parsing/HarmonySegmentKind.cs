namespace Harmony.Core;

/// <summary>What a segment tells.</summary>
public enum HarmonySegmentKind
{
    /// <summary>A header is complete: a message begins. Has the header's ids and no text.</summary>
    HeaderComplete,

    /// <summary>More of the message's text, and the ids that it came from.</summary>
    ContentDelta,

    /// <summary>The message is complete. Has the id that ended it, or no id if the end of the stream or the
    /// beginning of the next message did.</summary>
    MessageEnd,

    /// <summary>A stop string was found. The text before it has been delivered; the message gets no more. Has
    /// no text, and those ids of the stop string that are in no delta.</summary>
    StopString,

    /// <summary>Ids outside of any message, with their text; an end token has none. Or ids after a stop
    /// string, without text.</summary>
    Skipped,

    /// <summary>Something that the format does not allow. Has no ids; they are in the segments around
    /// it.</summary>
    Diagnostic,
}
