namespace Harmony.Core.Parsing;

/// <summary>What an id means at its place.</summary>
internal enum CompletionEvent
{
    /// <summary>The start marker where one was expected: a header begins.</summary>
    MessageStart,

    /// <summary>Some other id where a start marker was expected.</summary>
    Unexpected,

    /// <summary>Part of a header.</summary>
    HeaderId,

    /// <summary>The message marker: the header is complete.</summary>
    HeaderEnd,

    /// <summary>A stop token inside a header, where that ends the message.</summary>
    HeaderStopped,

    /// <summary>Part of the content.</summary>
    ContentId,

    /// <summary>A stop token: the message is complete.</summary>
    MessageEnd,
}
