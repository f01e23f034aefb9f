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

/// <summary>
/// The format's grammar at the level of ids: where messages, headers and contents begin and end. It looks at
/// special ids only, holds three states and no text; what is done with the ids, and with those that do not
/// fit, is up to the parser that drives it.
/// </summary>
internal struct CompletionStateMachine(ParserState state, bool stopEndsHeader)
{
    /// <summary>What comes next.</summary>
    public ParserState State { get; private set; } = state;

    /// <summary>What an id would mean now; changes nothing.</summary>
    public readonly CompletionEvent Classify(int id) => State switch
    {
        ParserState.Content =>
            FormatTokens.IsStop(id) ? CompletionEvent.MessageEnd : CompletionEvent.ContentId,
        ParserState.Header =>
            id == FormatTokens.Message ? CompletionEvent.HeaderEnd
            : stopEndsHeader && FormatTokens.IsStop(id) ? CompletionEvent.HeaderStopped
            : CompletionEvent.HeaderId,
        _ => id == FormatTokens.Start ? CompletionEvent.MessageStart : CompletionEvent.Unexpected,
    };

    /// <summary>Takes the step that an event calls for.</summary>
    public void Apply(CompletionEvent happened) => State = happened switch
    {
        CompletionEvent.MessageStart => ParserState.Header,
        CompletionEvent.HeaderEnd => ParserState.Content,
        CompletionEvent.HeaderStopped or CompletionEvent.MessageEnd => ParserState.ExpectStart,
        _ => State,
    };

    /// <summary>Gives up the message at hand and waits for the next start marker.</summary>
    public void Abandon() => State = ParserState.ExpectStart;
}
