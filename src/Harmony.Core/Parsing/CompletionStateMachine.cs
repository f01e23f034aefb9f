namespace Harmony.Core.Parsing;

/// <summary>
/// The format's grammar at the level of ids: where messages, headers and contents begin and end. It looks
/// only at special ids and holds one of three states, no text. What happens to ids, also to those that do not
/// fit, is up to the parser that drives it.
/// </summary>
internal struct CompletionStateMachine(ParserState state, bool stopEndsHeader)
{
    /// <summary>What is expected next.</summary>
    public ParserState State { get; private set; } = state;

    /// <summary>What an id would mean now. Changes nothing.</summary>
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

    /// <summary>Moves to the state that follows an event.</summary>
    public void Apply(CompletionEvent happened) => State = happened switch
    {
        CompletionEvent.MessageStart => ParserState.Header,
        CompletionEvent.HeaderEnd => ParserState.Content,
        CompletionEvent.HeaderStopped or CompletionEvent.MessageEnd => ParserState.ExpectStart,
        _ => State,
    };

    /// <summary>Gives up the open message and expects the next start marker.</summary>
    public void Abandon() => State = ParserState.ExpectStart;
}
