using Harmony.Core.Parsing;

namespace Harmony.Core;

/// <summary>What special ids, and ids that are no tokens, mean at their places.</summary>
public sealed partial class HarmonyParser
{
    /// <summary>How many ids have been looked at and are in no segment yet: those of a header, words between
    /// messages, or content that is held back.</summary>
    private int HeldIds => _next - _queue.IdsTaken;

    private ReadOnlySpan<int> Held => _queue.Ids[_queue.IdsTaken.._next];

    private void TakeSpecial(int id)
    {
        switch (_machine.Classify(id))
        {
            case CompletionEvent.MessageStart:
                SkipText();
                BeginHeader(HeaderStart.Marker);
                Hold(1);
                break;
            case CompletionEvent.HeaderEnd:
                SkipWordsBeforeHeader();
                _next++;
                CompleteHeader();
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
        }
        else if (id != FormatTokens.Start)
        {
            SkipWordsBeforeHeader();
            Hold(1);
        }
        else if (IsHeaderBlank())
        {
            AddDiagnostic(HarmonyDiagnostic.RepeatedStart, _next);
            Hold(1);
        }
        else
        {
            BreakHeader(HarmonyDiagnostic.StartInHeader);
        }
    }

    private void TakeSpecialInContent(int id)
    {
        switch (id)
        {
            case FormatTokens.EndOfText:
                AddDiagnostic(HarmonyDiagnostic.EndOfText, _next);
                EndMessage(id);
                break;
            case FormatTokens.Start or FormatTokens.Channel:
                AddDiagnostic(HarmonyDiagnostic.MissingEnd, _next);
                EndMessage(endToken: -1);
                break;
            default:
                AddSpecialContent(id);
                break;
        }
    }

    private void TakeSpecialBetweenMessages(int id)
    {
        if (id is FormatTokens.Channel or FormatTokens.Message)
        {
            // A header's words without their start marker, which may have come already.
            BeginHeader(HeaderStart.Missing);
            SkipWordsBeforeHeader();
            _isTextReported = false;
            AddDiagnostic(HarmonyDiagnostic.MissingStart, _queue.IdsTaken);
        }
        else if (!FormatTokens.IsStop(id) && id != FormatTokens.EndOfText)
        {
            Hold(1);
        }
        else if (IsHeldTextAnAnswer())
        {
            BeginHeader(HeaderStart.Missing);
            BreakHeader(HarmonyDiagnostic.EndInHeader);
        }
        else
        {
            SkipText();
            AddDiagnostic(HarmonyDiagnostic.RedundantEnd, _next);
            SkipEnd(id);
        }
    }

    private void BeginHeader(HeaderStart start)
    {
        _machine.Apply(CompletionEvent.MessageStart);
        _headerStart = start;
    }

    /// <summary>Keeps ids until it is sure what they are; but not too many.</summary>
    private void Hold(int count)
    {
        _next += count;
        if (HeldIds < MaxHeaderIds)
        {
            return;
        }

        if (State == ParserState.Header)
        {
            BreakHeader(HarmonyDiagnostic.HeaderTooLong);
        }
        else if (IsHeldTextAnAnswer())
        {
            BeginHeader(HeaderStart.Missing);
            BreakHeader(HarmonyDiagnostic.HeaderTooLong);
        }
        else
        {
            SkipText();
            _isTextReported = true;
        }
    }

    /// <summary>The message marker has come.</summary>
    private void CompleteHeader()
    {
        _headerReader.Read(Held, _headerStart, _options);
        AddNotes();
        BeginMessage();
    }

    /// <summary>Ends a header that has no message marker. What does not look like a header any more is a
    /// message's text, which is looked at once more as such; text without anything of a header is an answer, or
    /// skipped.</summary>
    private void BreakHeader(HarmonyDiagnostic reason)
    {
        bool isEnd = reason == HarmonyDiagnostic.EndInHeader;
        _headerReader.ReadBroken(
            Held, _headerStart, _options, isStreamEnd: reason == HarmonyDiagnostic.HeaderCutOff);
        bool isStray = _headerReader.IsStrayText;
        if (isStray && (!_isStrayTextAnswer || reason == HarmonyDiagnostic.StartInHeader))
        {
            // The id that ended it is looked at again.
            SkipText();
            _isTextReported = reason == HarmonyDiagnostic.HeaderTooLong;
            AbandonHeader();
            return;
        }

        AddDiagnostic(
            isStray ? HarmonyDiagnostic.MissingHeader : reason, isStray ? _queue.IdsTaken : _next);
        bool isMessage = _headerReader.ContentStart >= 0
            || reason == HarmonyDiagnostic.HeaderTooLong
            || (isEnd && !_headerReader.IsBlank);
        if (isMessage)
        {
            AddNotes();
            if (_headerReader.ContentStart >= 0)
            {
                _next = _queue.IdsTaken + _headerReader.ContentStart;
            }

            BeginMessage();
            _skippedBytes = _headerReader.ContentSkip;
            _hasCleanIds = false;
            return;
        }

        _finish = HarmonyFinishReason.Incomplete;
        AppendHeldText();
        if (isEnd)
        {
            SkipEnd(_queue.Ids[_next]);
        }
        else
        {
            Skip();
        }

        AbandonHeader();
    }

    private void AbandonHeader()
    {
        _machine.Abandon();
        _headerStart = HeaderStart.Missing;
    }

    private bool IsHeaderBlank()
    {
        _headerReader.ReadBroken(Held, _headerStart, _options, isStreamEnd: false);
        return _headerReader.IsBlank;
    }

    /// <summary>Whether the text that is held between messages, which an end token or the stream's end has
    /// ended, is an answer.</summary>
    private bool IsHeldTextAnAnswer()
    {
        if (!_isStrayTextAnswer || HeldIds == 0)
        {
            return false;
        }

        _headerReader.ReadBroken(Held, HeaderStart.Missing, _options, isStreamEnd: false);
        return !_headerReader.IsBlank;
    }

    /// <summary>Skips the words before a header's first marker that are none of the header's.</summary>
    private void SkipWordsBeforeHeader()
    {
        if (HeldIds == 0 || Held.ContainsAny(FormatTokens.Channel, FormatTokens.Constrain))
        {
            return;
        }

        int strayIds = _headerReader.CountStrayIds(Held, _headerStart, _options);
        if (strayIds == 0)
        {
            return;
        }

        int next = _next;
        _next = _queue.IdsTaken + strayIds;
        SkipText();
        _next = next;
        if (_headerStart == HeaderStart.Marker)
        {
            _headerStart = HeaderStart.Missing;
            AddDiagnostic(HarmonyDiagnostic.MissingStart, _queue.IdsTaken);
        }
    }

    /// <summary>Skips the text that is held outside of any message, if there is any.</summary>
    private void SkipText()
    {
        if (HeldIds > 0)
        {
            if (!_isTextReported)
            {
                AddDiagnostic(HarmonyDiagnostic.UnexpectedText, _queue.IdsTaken);
            }

            AppendHeldText();
            Skip();
        }

        _isTextReported = false;
    }

    private void AppendHeldText()
    {
        foreach (int id in Held)
        {
            bool isToken = _tokenizer.TryGetTokenBytes(id, out ReadOnlySpan<byte> token);
            _joiner.Append(isToken ? token : "\uFFFD"u8, ref _queue.Text);
        }

        _joiner.Flush(ref _queue.Text);
    }

    /// <summary>Skips an end token that ends no message.</summary>
    private void SkipEnd(int id)
    {
        _next++;
        Skip();
        NoteEnd(id);
        if (id is FormatTokens.Return or FormatTokens.EndOfText && _finish == HarmonyFinishReason.Incomplete)
        {
            _finish = HarmonyFinishReason.Stop;
        }
    }

    /// <summary>Makes a segment of ids that are in no message's text.</summary>
    private void Skip()
    {
        if (HeldIds > 0)
        {
            _queue.Add(HarmonySegmentKind.Skipped, _queue.Text.Count, _next);
        }

        _readyText = _queue.TextTaken;
        _readyIds = _queue.IdsTaken;
    }

    /// <summary>Notes how the last message ended: the turn goes on only after <c>&lt;|end|&gt;</c>, or after no
    /// end at all.</summary>
    private void NoteEnd(int endToken) =>
        _isStrayTextAnswer = !_options.Options.SkipStrayText && endToken is -1 or FormatTokens.End;

    private void AddNotes()
    {
        foreach (HeaderNote note in _headerReader.Notes)
        {
            AddDiagnostic(note.Diagnostic, _queue.IdsTaken + note.IdIndex);
        }
    }

    private void AddDiagnostic(HarmonyDiagnostic diagnostic, int at)
    {
        AddDelta();
        _queue.AddDiagnostic(diagnostic, at);
    }
}
