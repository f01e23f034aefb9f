using Harmony.Bpe;

namespace Harmony.Core.Parsing;

/// <summary>
/// The ids outside of content, held until it is clear what they are: a header, or stray text between
/// messages. It reads them, and skips those that are stray. The invariant: while a header or stray text is
/// pending, no text is held, so the held ids are exactly the pending ones.
/// </summary>
internal sealed class PendingHeader
{
    /// <summary>A header of this many ids lacks its message marker.</summary>
    public const int MaxIds = 128;

    private readonly BpeTokenizer _tokenizer;
    private readonly CompletionBuffer _buffer;
    private readonly SegmentQueue _segments;
    private readonly ResilientHeaderReader _reader;
    private readonly StrayTextFinder _strayTextFinder;
    private CompiledParserOptions _options = CompiledParserOptions.Of(HarmonyParserOptions.Default);
    private HeaderStart _start;

    // Whether the stray text that is being skipped has been reported.
    private bool _isStrayTextReported;

    // Whether stray text is an answer here, if only an end follows it.
    private bool _isStrayTextAnswer;

    public PendingHeader(BpeTokenizer tokenizer, CompletionBuffer buffer, SegmentQueue segments)
    {
        _tokenizer = tokenizer;
        _buffer = buffer;
        _segments = segments;
        var parts = new HeaderParts(tokenizer);
        _reader = new ResilientHeaderReader(parts);
        _strayTextFinder = new StrayTextFinder(parts);
    }

    /// <summary>What the header says, once it has been read.</summary>
    public ParsedHeader Header => _reader.Header;

    /// <summary>Whether the prompt had written the start marker and the role.</summary>
    public bool IsStartInPrompt => _start == HeaderStart.InPrompt;

    /// <summary>How many bytes of the first id of content belong to the header. More than 0 only if it had no
    /// message marker.</summary>
    public int SkippedBytes => _reader.ContentSkip;

    /// <summary>Whether the header says nothing but a role so far.</summary>
    public bool IsBlank => _reader.IsBlank;

    /// <summary>Whether a prompt that repeats the header's ids says again what was read from them.</summary>
    public bool CanBeRepeated
    {
        get
        {
            if (_start == HeaderStart.Missing
                || (_start == HeaderStart.InPrompt
                    && (_reader.Header.Author != _options.ImpliedRole || !_reader.BeginsApart)))
            {
                return false;
            }

            foreach (HeaderNote note in _reader.Notes)
            {
                if (note.Diagnostic
                    is HarmonyDiagnostic.UnknownId or HarmonyDiagnostic.UnexpectedSpecialToken
                    or HarmonyDiagnostic.InvalidUtf8
                    or HarmonyDiagnostic.MissingRole or HarmonyDiagnostic.UnknownRole)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>What is known about the header before it is read.</summary>
    private HeaderContext Context
    {
        get
        {
            HeaderStart start = _buffer.HeldIds.Contains(FormatTokens.Start) ? HeaderStart.Marker : _start;
            return new HeaderContext(_options.Router, _options.ImpliedRole, start);
        }
    }

    /// <summary>Prepares for another stream, which begins in a header that the prompt began.</summary>
    public void Reset(CompiledParserOptions options)
    {
        _options = options;
        _start = HeaderStart.InPrompt;
        _isStrayTextReported = false;
        NoteEnd(-1);
    }

    /// <summary>Begins a header.</summary>
    public void Begin(HeaderStart start) => _start = start;

    /// <summary>Begins a header with the ids that are held, or with none, and reports that its start marker
    /// is missing.</summary>
    public void BeginWithoutStart()
    {
        _start = HeaderStart.Missing;
        SkipWordsBeforeHeader();
        _isStrayTextReported = false;
        _segments.AddDiagnostic(HarmonyDiagnostic.MissingStart, _buffer.IdsTaken);
    }

    /// <summary>Notes how the last message ended: the turn goes on only after <c>&lt;|end|&gt;</c>, or if no
    /// token ended it.</summary>
    public void NoteEnd(int endToken) =>
        _isStrayTextAnswer = !_options.Options.SkipStrayText && endToken is -1 or FormatTokens.End;

    /// <summary>Skips the words before a header's first marker that do not belong to it.</summary>
    public void SkipWordsBeforeHeader()
    {
        ReadOnlySpan<int> held = _buffer.HeldIds;
        if (held.IsEmpty || held.ContainsAny(FormatTokens.Channel, FormatTokens.Constrain))
        {
            return;
        }

        int strayIds = _strayTextFinder.CountStrayIds(held, Context);
        if (strayIds == 0)
        {
            return;
        }

        SkipStrayText(strayIds);
        if (_start == HeaderStart.Marker)
        {
            _start = HeaderStart.Missing;
            _segments.AddDiagnostic(HarmonyDiagnostic.MissingStart, _buffer.IdsTaken);
        }
    }

    /// <summary>Reads the header that its message marker, which is held, has completed, and reports what is
    /// odd.</summary>
    public void Complete()
    {
        _reader.Read(_buffer.HeldIds, Context);
        ReportNotes();
    }

    /// <summary>Reads the header as one that something else ends, for <see cref="Break"/>.</summary>
    /// <param name="isStreamEnd">Whether the end of the stream ends it.</param>
    public void ReadBroken(bool isStreamEnd) =>
        _reader.Read(_buffer.HeldIds, Context with { IsBroken = true, IsStreamEnd = isStreamEnd });

    /// <summary>Decides whether the stray text that is held is an answer, now that an end follows it. If so,
    /// it has been read as a header without a start marker, for <see cref="Break"/>.</summary>
    public bool TryReadAnswer()
    {
        if (!_isStrayTextAnswer || _buffer.HeldIdCount == 0)
        {
            return false;
        }

        _reader.Read(_buffer.HeldIds, Context with { Start = HeaderStart.Missing, IsBroken = true });
        if (_reader.IsBlank)
        {
            return false;
        }

        _start = HeaderStart.Missing;
        return true;
    }

    /// <summary>Ends a header that was read as broken. From the first word that does not look like a header,
    /// the ids are a message's text, and are looked at again as such. Text that has nothing of a header is an
    /// answer, or stray.</summary>
    /// <param name="reason">What ended it. <see cref="HarmonyDiagnostic.EndInHeader"/> means that the next id
    /// is an end token.</param>
    public BrokenHeader Break(HarmonyDiagnostic reason)
    {
        bool isStray = _reader.IsStrayText;
        if (isStray && (!_isStrayTextAnswer || reason == HarmonyDiagnostic.StartInHeader))
        {
            SkipStrayText();
            _isStrayTextReported = reason == HarmonyDiagnostic.HeaderTooLong;
            _start = HeaderStart.Missing;
            return BrokenHeader.StrayText;
        }

        _segments.AddDiagnostic(
            isStray ? HarmonyDiagnostic.MissingHeader : reason, isStray ? _buffer.IdsTaken : _buffer.Next);
        bool isEndToken = reason == HarmonyDiagnostic.EndInHeader;
        bool hasContent = _reader.ContentStart >= 0;
        if (hasContent || reason == HarmonyDiagnostic.HeaderTooLong || (isEndToken && !_reader.IsBlank))
        {
            ReportNotes();
            _buffer.MoveTo(hasContent ? _buffer.IdsTaken + _reader.ContentStart : _buffer.Next);
            return BrokenHeader.Message;
        }

        AppendText(_buffer.HeldIds);
        _buffer.MoveTo(_buffer.Next + (isEndToken ? 1 : 0));
        Skip(_buffer.Next);
        _start = HeaderStart.Missing;
        return BrokenHeader.NoMessage;
    }

    /// <summary>Skips all ids that are held, as stray text.</summary>
    public void SkipStrayText() => SkipStrayText(_buffer.HeldIdCount);

    /// <summary>Skips all ids that are held, as stray text that goes on with the next ids: what follows is
    /// not reported again.</summary>
    public void SkipBeginningOfStrayText()
    {
        SkipStrayText();
        _isStrayTextReported = true;
    }

    /// <summary>Skips the next id, an end token that ends no message, and what is held before it.</summary>
    public void SkipRedundantEnd()
    {
        SkipStrayText();
        _segments.AddDiagnostic(HarmonyDiagnostic.RedundantEnd, _buffer.Next);
        _buffer.MoveTo(_buffer.Next + 1);
        Skip(_buffer.Next);
    }

    private void SkipStrayText(int count)
    {
        if (count > 0)
        {
            if (!_isStrayTextReported)
            {
                _segments.AddDiagnostic(HarmonyDiagnostic.UnexpectedText, _buffer.IdsTaken);
            }

            AppendText(_buffer.HeldIds[..count]);
            Skip(_buffer.IdsTaken + count);
        }

        _isStrayTextReported = false;
    }

    private void AppendText(ReadOnlySpan<int> ids)
    {
        Utf8Joiner joiner = default;
        foreach (int id in ids)
        {
            bool isToken = _tokenizer.TryGetTokenBytes(id, out ReadOnlySpan<byte> token);
            joiner.Append(isToken ? token : "\uFFFD"u8, ref _buffer.Text);
        }

        joiner.Flush(ref _buffer.Text);
    }

    /// <summary>Adds a segment of ids that are in no message, with the text that was appended.</summary>
    private void Skip(int idEnd)
    {
        if (idEnd > _buffer.IdsTaken)
        {
            _segments.Add(HarmonySegmentKind.Skipped, _buffer.Text.Count, idEnd);
        }
    }

    private void ReportNotes()
    {
        foreach (HeaderNote note in _reader.Notes)
        {
            _segments.AddDiagnostic(note.Diagnostic, _buffer.IdsTaken + note.IdIndex);
        }
    }
}
