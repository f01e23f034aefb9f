using System.Text;
using Harmony.Core.Parsing;

namespace Harmony.Core;

/// <summary>What special ids, and ids that are no tokens, change, and where messages begin and end.</summary>
public sealed partial class HarmonyParser
{
    private const int NoEndToken = -1;

    private static readonly HarmonyParserOptions AnyMessage = new() { Role = null };

    private void TakeSpecial(int id)
    {
        switch (_machine.Classify(id))
        {
            case CompletionEvent.MessageStart:
                _header.SkipStrayText();
                BeginHeader(HeaderStart.Marker);
                Hold(1);
                break;
            case CompletionEvent.HeaderEnd:
                _header.SkipWordsBeforeHeader();
                _buffer.MoveTo(_buffer.Next + 1);
                _header.Complete();
                BeginMessage(keepsIds: _header.CanBeRepeated);
                break;
            case CompletionEvent.HeaderStopped:
                BreakHeader(HarmonyDiagnostic.EndInHeader);
                break;
            case CompletionEvent.MessageEnd:
                EndMessage(id);
                break;
            case CompletionEvent.HeaderId:
                TakeSpecialInHeader(id);
                break;
            case CompletionEvent.ContentId:
                TakeSpecialInContent(id);
                break;
            default:
                TakeSpecialBetweenMessages(id);
                break;
        }
    }

    private void TakeSpecialInHeader(int id)
    {
        if (id == FormatTokens.EndOfText)
        {
            BreakHeader(HarmonyDiagnostic.EndInHeader);
            return;
        }

        if (id != FormatTokens.Start)
        {
            _header.SkipWordsBeforeHeader();
            Hold(1);
            return;
        }

        _header.ReadBroken(isStreamEnd: false);
        if (_header.IsBlank)
        {
            _segments.AddDiagnostic(HarmonyDiagnostic.RepeatedStart, _buffer.Next);
            Hold(1);
        }
        else
        {
            EndBrokenHeader(HarmonyDiagnostic.StartInHeader);
        }
    }

    private void TakeSpecialInContent(int id)
    {
        switch (id)
        {
            case FormatTokens.EndOfText:
                _content.AddDiagnostic(HarmonyDiagnostic.EndOfText);
                EndMessage(id);
                break;
            case FormatTokens.Start or FormatTokens.Channel:
                // The id is looked at again, after the message.
                _content.AddDiagnostic(HarmonyDiagnostic.MissingEnd);
                EndMessage(NoEndToken);
                break;
            case FormatTokens.Message or FormatTokens.Constrain:
                _content.AddSpecial(id, isMarker: true);
                break;
            default:
                _counter.AddContent(1);
                _content.AddSpecial(id, isMarker: false);
                break;
        }
    }

    private void TakeSpecialBetweenMessages(int id)
    {
        if (id is FormatTokens.Channel or FormatTokens.Message)
        {
            // The id is looked at again, in the header. The words before it may be the header's.
            _machine.Apply(CompletionEvent.MessageStart);
            _header.BeginWithoutStart();
        }
        else if (!FormatTokens.IsStop(id) && id != FormatTokens.EndOfText)
        {
            Hold(1);
        }
        else if (!TryTakeAnswer(HarmonyDiagnostic.EndInHeader))
        {
            _header.SkipRedundantEnd();
            NoteRedundantEnd(id);
        }
    }

    /// <summary>Holds ids until it is clear what they are, but not too many of them.</summary>
    private void Hold(int count)
    {
        _buffer.MoveTo(_buffer.Next + count);
        if (_buffer.HeldIdCount < PendingHeader.MaxIds)
        {
            return;
        }

        if (State == ParserState.Header)
        {
            BreakHeader(HarmonyDiagnostic.HeaderTooLong);
        }
        else if (!TryTakeAnswer(HarmonyDiagnostic.HeaderTooLong))
        {
            _header.SkipBeginningOfStrayText();
        }
    }

    /// <summary>If the stray text that is held is an answer, makes a message of it.</summary>
    private bool TryTakeAnswer(HarmonyDiagnostic reason)
    {
        if (!_header.TryReadAnswer())
        {
            return false;
        }

        _machine.Apply(CompletionEvent.MessageStart);
        EndBrokenHeader(reason);
        return true;
    }

    private void BeginHeader(HeaderStart start)
    {
        _machine.Apply(CompletionEvent.MessageStart);
        _header.Begin(start);
    }

    /// <summary>Ends a header that has no message marker.</summary>
    private void BreakHeader(HarmonyDiagnostic reason)
    {
        _header.ReadBroken(isStreamEnd: reason == HarmonyDiagnostic.HeaderCutOff);
        EndBrokenHeader(reason);
    }

    private void EndBrokenHeader(HarmonyDiagnostic reason)
    {
        switch (_header.Break(reason))
        {
            case BrokenHeader.Message:
                BeginMessage(keepsIds: false);
                return;
            case BrokenHeader.NoMessage:
                FinishReason = HarmonyFinishReason.Incomplete;
                if (reason == HarmonyDiagnostic.EndInHeader)
                {
                    NoteRedundantEnd(_buffer.Ids[_buffer.Next - 1]);
                }

                break;
        }

        _machine.Abandon();
    }

    /// <summary>Notes an end token that ended no message: it may still end the turn.</summary>
    private void NoteRedundantEnd(int id)
    {
        _header.NoteEnd(id);
        bool endsTurn = id is FormatTokens.Return or FormatTokens.EndOfText;
        if (endsTurn && FinishReason == HarmonyFinishReason.Incomplete)
        {
            FinishReason = HarmonyFinishReason.Stop;
        }
    }

    /// <summary>A header has been read: its message begins.</summary>
    private void BeginMessage(bool keepsIds)
    {
        _collector.Begin(keepsIds, _header.IsStartInPrompt);
        BeginContent(_header.Header, _header.SkippedBytes);
        _machine.Apply(CompletionEvent.HeaderEnd);
    }

    private void BeginContent(in ParsedHeader header, int skippedBytes)
    {
        MessageDestination destination = _options.Router.DestinationOf(header);
        FinishReason = HarmonyFinishReason.Incomplete;
        _counter.BeginContent(header.Channel);
        _segments.SetOwner(new SegmentOwner(MessageCount, IsMessage: true, header, destination));
        _content.Begin(
            _options.MatcherFor(header.Channel), destination == MessageDestination.Reasoning, skippedBytes);
    }

    /// <summary>Begins inside the message that the prompt began.</summary>
    private void ContinueMessage(Message begun)
    {
        var header = new ParsedHeader(begun.Author, begun.Recipient, begun.Channel, begun.ContentType);
        if (_options.Options.CollectMessages)
        {
            int[] prompt = _encoding.RenderBegun(begun);
            _collector.Begin(keepsIds: IsReadAs(header, prompt), isStartInPrompt: false);
            _collector.Add(prompt, Encoding.UTF8.GetBytes(begun.Text));
        }

        BeginContent(header, skippedBytes: 0);
    }

    /// <summary>Whether ids begin one message with a header. The prompt may have been rendered with the check
    /// of headers off.</summary>
    private bool IsReadAs(in ParsedHeader header, ReadOnlySpan<int> ids)
    {
        var parser = new HarmonyParser(_encoding, AnyMessage);
        parser.Push(ids);
        return parser.State == ParserState.Content && parser.MessageCount == 0
            && parser._segments.Owner.Header == header;
    }

    /// <summary>The message ends, with the next id or before it.</summary>
    private void EndMessage(int endToken)
    {
        ParsedHeader header = _segments.Owner.Header;
        bool isStopped = _content.End(endToken);
        FinishReason = FinishOf(header, endToken, isStopped);
        _collector.Complete(header, endToken);
        _header.NoteEnd(endToken);
        _segments.SetOwner(
            new SegmentOwner(MessageCount + 1, IsMessage: false, default, MessageDestination.Unknown));
        _machine.Apply(CompletionEvent.MessageEnd);
    }

    private static HarmonyFinishReason FinishOf(in ParsedHeader header, int endToken, bool isStopped)
    {
        bool endsTurn = endToken is FormatTokens.Return or FormatTokens.Call or FormatTokens.EndOfText
            || (endToken == FormatTokens.End && header.Channel is null or Channels.Final);
        return isStopped ? HarmonyFinishReason.StopString
            : endToken >= 0 && ToolRouter.IsCall(header) ? HarmonyFinishReason.ToolCalls
            : endsTurn ? HarmonyFinishReason.Stop
            : HarmonyFinishReason.Incomplete;
    }
}
