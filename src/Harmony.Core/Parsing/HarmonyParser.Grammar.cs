using Harmony.Core.Parsing;
using Harmony.Core.Rendering;

namespace Harmony.Core;

/// <summary>What special ids, and ids that are no tokens, mean at their places.</summary>
public sealed partial class HarmonyParser
{
    /// <summary>How many ids have been looked at and are in no segment yet: those of a header, words between
    /// messages, or content that is held back.</summary>
    private int HeldIds => _next - _queue.IdsTaken;

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
            AddDiagnostic(HarmonyDiagnostic.MissingStart, _queue.IdsTaken);
            BeginHeader(HeaderStart.Missing);
        }
        else if (FormatTokens.IsStop(id) || id == FormatTokens.EndOfText)
        {
            SkipText();
            AddDiagnostic(HarmonyDiagnostic.RedundantEnd, _next);
            _next++;
            Skip();
        }
        else
        {
            Hold(1);
        }
    }

    private void BeginHeader(HeaderStart start)
    {
        _machine.Apply(CompletionEvent.MessageStart);
        _headerStart = start;
        _isTextReported = false;
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
        else
        {
            SkipText();
            _isTextReported = true;
        }
    }

    /// <summary>The message marker has come.</summary>
    private void CompleteHeader()
    {
        _headerReader.Read(_queue.Ids[_queue.IdsTaken.._next], _headerStart, _plan);
        AddNotes();
        BeginMessage();
    }

    /// <summary>The header at hand ends without its message marker. What does not look like a header any more
    /// is a message's text, which is looked at once more as such.</summary>
    private void BreakHeader(HarmonyDiagnostic reason)
    {
        ReadOnlySpan<int> ids = _queue.Ids[_queue.IdsTaken.._next];
        _headerReader.ReadBroken(
            ids, _headerStart, _plan, isStreamEnd: reason == HarmonyDiagnostic.HeaderCutOff);
        AddDiagnostic(reason, _next);
        bool isMessage = _headerReader.ContentStart >= 0
            || reason == HarmonyDiagnostic.HeaderTooLong
            || (reason == HarmonyDiagnostic.EndInHeader && !_headerReader.IsBlank);
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

        if (reason == HarmonyDiagnostic.EndInHeader)
        {
            _next++;
        }

        Skip();
        _machine.Abandon();
        _headerStart = HeaderStart.Missing;
    }

    private bool IsHeaderBlank()
    {
        _headerReader.ReadBroken(
            _queue.Ids[_queue.IdsTaken.._next], _headerStart, _plan, isStreamEnd: false);
        return _headerReader.IsBlank;
    }

    /// <summary>Skips the text that stands between messages, if there is any.</summary>
    private void SkipText()
    {
        if (HeldIds > 0)
        {
            if (!_isTextReported)
            {
                AddDiagnostic(HarmonyDiagnostic.UnexpectedText, _queue.IdsTaken);
            }

            foreach (int id in _queue.Ids[_queue.IdsTaken.._next])
            {
                if (_tokenizer.TryGetTokenBytes(id, out ReadOnlySpan<byte> token))
                {
                    _joiner.Append(token, ref _queue.Text);
                }
            }

            _joiner.Flush(ref _queue.Text);
            Skip();
        }

        _isTextReported = false;
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
