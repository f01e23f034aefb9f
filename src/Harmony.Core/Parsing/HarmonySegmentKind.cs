namespace Harmony.Core;

/// <summary>What a segment tells.</summary>
public enum HarmonySegmentKind
{
    /// <summary>A header is complete: a message begins. Has the header's ids, and no text.</summary>
    HeaderComplete,

    /// <summary>More of the message's text, and the ids that brought it.</summary>
    ContentDelta,

    /// <summary>The message is complete. Has the token that ended it; no ids if it was ended by the end of
    /// the stream, or by the beginning of the next message.</summary>
    MessageEnd,

    /// <summary>A stop string was found. The text before it has been delivered, and this message gets no more.
    /// Has the ids that held the stop string, as far as no delta has them, and no text.</summary>
    StopString,

    /// <summary>Ids that are part of no message, with their text (an end token has none), or ids after a stop
    /// string, without text.</summary>
    Skipped,

    /// <summary>Something is not as the format wants it. Has no ids: these come in the segments around
    /// it.</summary>
    Diagnostic,
}
