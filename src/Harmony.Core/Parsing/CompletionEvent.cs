namespace Harmony.Core.Parsing;

/// <summary>What an id means where it stands.</summary>
internal enum CompletionEvent
{
    /// <summary>The start marker where it is expected: a header begins.</summary>
    MessageStart,

    /// <summary>Another id where a start marker is expected.</summary>
    Unexpected,

    /// <summary>Part of a header.</summary>
    HeaderId,

    /// <summary>The message marker: the header is complete.</summary>
    HeaderEnd,

    /// <summary>A stop token inside a header, if it ends the message there.</summary>
    HeaderStopped,

    /// <summary>Part of the content.</summary>
    ContentId,

    /// <summary>A stop token: the message is complete.</summary>
    MessageEnd,
}
