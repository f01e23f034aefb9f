namespace Harmony.Core.Parsing;

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
