using System.Text;
using System.Text.Unicode;
using Harmony.Core.Parsing;

namespace Harmony.Core;

/// <summary>From a header's end to the message's end.</summary>
public sealed partial class HarmonyParser
{
    private const int Reasoning = 0;
    private const int Commentary = 1;
    private const int Final = 2;
    private const int Other = 3;

    private static readonly StopStringMatcher SpelledAnswer = new([FormatTokens.ChannelText + Channels.Final]);

    private static readonly RenderOptions AsInThePrompt = RenderOptions.Continuation with { CheckHeaders = false };

    private static readonly HarmonyParserOptions AnyMessage = new() { Role = null };

    private readonly int[] _contentIds = new int[4];
    private GrowingBuffer<byte> _messageText = new();
    private GrowingBuffer<int> _messageIds = new();
    private ParsedHeader _header;
    private Utf8Joiner _joiner;
    private StopStringMatcher? _matcher;
    private int _matcherState;

    // Finds an answer that is spelled as text in the chain of thought; null once it has.
    private StopStringMatcher? _spelledAnswer;
    private int _spelledState;
    private int _counter;
    private bool _isStopped;

    // Whether the message's text is looked at here: for stop strings, or to be collected.
    private bool _needsText;

    // Whether the message's ids may be written into a prompt again.
    private bool _hasCleanIds;

    // How many bytes of the first id of a content without message marker are the header's.
    private int _skippedBytes;

    // How much of text and ids may become a delta; what follows is held back.
    private int _readyText;
    private int _readyIds;

    /// <summary>A header has been read; content begins.</summary>
    private void BeginMessage()
    {
        _hasCleanIds = HasCleanHeader();
        BeginContent(_headerReader.Header);
        _readyIds = _next;
        _machine.Apply(CompletionEvent.HeaderEnd);
    }

    /// <summary>Content begins, or goes on where the prompt ended inside it.</summary>
    private void BeginContent(ParsedHeader header)
    {
        _header = header;
        _finish = HarmonyFinishReason.Incomplete;
        HarmonyRoute route = _options.Router.RouteOf(header);
        _matcher = _options.MatcherFor(header.Channel);
        _spelledAnswer = route == HarmonyRoute.Reasoning ? SpelledAnswer : null;
        _needsText = _matcher is not null || _collectsMessages;
        _counter = header.Channel switch
        {
            Channels.Analysis => Reasoning,
            Channels.Commentary => Commentary,
            Channels.Final => Final,
            _ => Other,
        };
        _queue.SetOwner(new SegmentOwner(_messageCount, true, header, route));
        Add(HarmonySegmentKind.HeaderComplete, _queue.TextTaken, _next);
    }

    private void ContinueMessage(Message begun)
    {
        var header = new ParsedHeader(begun.Author, begun.Recipient, begun.Channel, begun.ContentType);
        if (_collectsMessages)
        {
            int[] prompt = _encoding.Render([begun], AsInThePrompt);
            _messageText.Append(Encoding.UTF8.GetBytes(begun.Text));
            _messageIds.Append(prompt);
            _hasCleanIds = IsReadAs(header, prompt);
            _headerStart = HeaderStart.Marker;
        }

        BeginContent(header);
    }

    /// <summary>Whether ids begin one message with a header: whoever rendered it may have switched the check of
    /// headers off.</summary>
    private bool IsReadAs(ParsedHeader header, ReadOnlySpan<int> ids)
    {
        var parser = new HarmonyParser(_encoding, AnyMessage);
        parser.Push(ids);
        return parser.State == ParserState.Content && parser.MessageCount == 0 && parser._header == header;
    }

    /// <summary>Whether a prompt that repeats the header's ids says again what was read from them.</summary>
    private bool HasCleanHeader()
    {
        if (_headerStart == HeaderStart.Missing
            || (_headerStart == HeaderStart.InPrompt
                && (_headerReader.Header.Author != _options.ImpliedRole || !_headerReader.BeginsApart)))
        {
            return false;
        }

        foreach (HeaderNote note in _headerReader.Notes)
        {
            if (note.Diagnostic
                is HarmonyDiagnostic.UnknownId or HarmonyDiagnostic.UnexpectedSpecialToken
                or HarmonyDiagnostic.InvalidUtf8 or HarmonyDiagnostic.MissingRole or HarmonyDiagnostic.UnknownRole)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The message ends, with a token or without.</summary>
    private void EndMessage(int endToken)
    {
        FlushCharacter();
        if (_queue.Text.Count > _readyText)
        {
            _readyText = _queue.Text.Count;
            _readyIds = _next;
        }

        AddDelta();
        if (HeldIds > 0)
        {
            Add(HarmonySegmentKind.Skipped, _queue.TextTaken, _next);
        }

        if (endToken >= 0)
        {
            _next++;
        }

        Add(HarmonySegmentKind.MessageEnd, _queue.TextTaken, _next, endToken);
        CollectMessage(endToken);
        NoteEnd(endToken);
        _finish = FinishOf(endToken);
        _messageCount++;
        _queue.SetOwner(new SegmentOwner(_messageCount, false, default, HarmonyRoute.Unknown));
        ClearContent();
        _machine.Apply(CompletionEvent.MessageEnd);
    }

    private HarmonyFinishReason FinishOf(int endToken)
    {
        bool endsTurn = endToken is FormatTokens.Return or FormatTokens.Call or FormatTokens.EndOfText
            || (endToken == FormatTokens.End && _header.Channel is null or Channels.Final);
        return _isStopped ? HarmonyFinishReason.StopString
            : endToken >= 0 && ToolRouter.IsCall(_header) ? HarmonyFinishReason.ToolCalls
            : endsTurn ? HarmonyFinishReason.Stop
            : HarmonyFinishReason.Incomplete;
    }

    private void CollectMessage(int endToken)
    {
        if (!_collectsMessages)
        {
            return;
        }

        // The end of the text is no end token of the format: rendering writes one that is.
        ReadOnlySpan<int> ids = _messageIds.Items;
        ids = endToken == FormatTokens.EndOfText ? ids[..^1] : ids;
        _messages.Add(Message.FromSample(
            _header,
            Encoding.UTF8.GetString(_messageText.Items),
            _hasCleanIds ? ids.ToArray() : [],
            isStartInPrompt: _hasCleanIds && _headerStart == HeaderStart.InPrompt));
    }

    private void ClearContent()
    {
        _messageText.Clear();
        _messageIds.Clear();
        _header = default;
        _joiner.Clear();
        _matcher = null;
        _matcherState = 0;
        _spelledAnswer = null;
        _spelledState = 0;
        _isStopped = false;
        _hasCleanIds = false;
        _skippedBytes = 0;
        _readyText = _queue.TextTaken;
        _readyIds = _queue.IdsTaken;
    }

    /// <summary>The short way for nearly every id that comes alone: a token of whole characters, in content,
    /// while nothing is held back. It does what the long way does.</summary>
    private bool TryPushWhole(int id)
    {
        // After an id that went this way nothing is held back.
        bool isOpen = _queue.IsAfterToken
            || (State == ParserState.Content && !_isStopped && !_joiner.IsWaiting && _queue.IsDrained);
        if (!isOpen)
        {
            return false;
        }

        TokenKind kind = _wholeTokens.KindOf(id);
        bool mayBeSpelled = _spelledAnswer is not null
            && (_spelledState > 0 || kind == TokenKind.WholeWithAngle);
        if (kind <= TokenKind.Part || ((_needsText || mayBeSpelled) && !TryAddText(id, mayBeSpelled)))
        {
            return false;
        }

        _idCount++;
        _contentIds[_counter]++;
        _queue.AddToken(id);
        _next = 1;
        _readyIds = 1;
        _readyText = 0;
        return true;
    }

    private bool TryAddText(int id, bool mayBeSpelled)
    {
        _tokenizer.TryGetTokenBytes(id, out ReadOnlySpan<byte> token);
        if ((_matcher is not null || mayBeSpelled) && !TryPassMatchers(token, mayBeSpelled))
        {
            return false;
        }

        if (_collectsMessages)
        {
            _messageText.Append(token);
            _messageIds.Append(id);
        }

        return true;
    }

    /// <summary>Takes more of the text past the matchers, if no stop string ends in it or may have begun at its
    /// end, and no answer is spelled in it.</summary>
    private bool TryPassMatchers(ReadOnlySpan<byte> text, bool mayBeSpelled)
    {
        int state = _matcherState;
        int spelledState = _spelledState;
        if ((_matcher is not null
                && (_matcher.Find(text, ref state, out _) >= 0 || _matcher.HeldBack(state) > 0))
            || (mayBeSpelled && _spelledAnswer!.Find(text, ref spelledState, out _) >= 0))
        {
            return false;
        }

        _matcherState = state;
        _spelledState = spelledState;
        return true;
    }

    /// <summary>Takes ordinary tokens as content.</summary>
    private void AddContent(int count)
    {
        _contentIds[_counter] += count;
        int end = _next + count;
        if (!_isStopped && !TryAddWhole(count))
        {
            while (_next < end && !_isStopped)
            {
                _tokenizer.TryGetTokenBytes(_queue.Ids[_next], out ReadOnlySpan<byte> token);
                AddToken(token);
            }
        }

        _next = end;
    }

    /// <summary>Takes tokens at once if all of them together are whole characters, without any beginning of a
    /// stop string.</summary>
    private bool TryAddWhole(int count)
    {
        if (_joiner.IsWaiting || _skippedBytes > 0)
        {
            return false;
        }

        ref GrowingBuffer<byte> text = ref _queue.Text;
        int start = text.Count;
        AppendTokens(_queue.Ids.Slice(_next, count), ref text);
        ReadOnlySpan<byte> added = text.Items[start..];
        if (!Utf8.IsValid(added) || !TryPassMatchers(added, _spelledAnswer is not null))
        {
            text.Truncate(start);
            return false;
        }

        _readyText = text.Count;
        _readyIds = _next + count;
        return true;
    }

    private void AppendTokens(ReadOnlySpan<int> ids, ref GrowingBuffer<byte> text)
    {
        // About as many bytes as tokens have on average; more are reserved if need be.
        const int BytesPerToken = 8;
        while (!ids.IsEmpty)
        {
            Span<byte> free = text.Reserve(ids.Length * BytesPerToken + _tokenizer.MaxTokenLength);
            _tokenizer.Decode(ids, free, out int consumed, out int written);
            text.Advance(written);
            ids = ids[consumed..];
        }
    }

    /// <summary>Takes the bytes of one id as content.</summary>
    private void AddToken(ReadOnlySpan<byte> token)
    {
        int start = _queue.Text.Count;
        token = token[_skippedBytes..];
        _skippedBytes = 0;
        if (!_joiner.Append(token, ref _queue.Text))
        {
            AddDiagnostic(HarmonyDiagnostic.InvalidUtf8, _next);
        }

        _next++;
        LookAtText(start);
    }

    /// <summary>Takes a special token, or an id that is no token, as content.</summary>
    private void AddSpecialContent(int id)
    {
        _hasCleanIds = false;
        bool isMarker = id is FormatTokens.Message or FormatTokens.Constrain;
        bool isToken = _tokenizer.TryGetTokenBytes(id, out ReadOnlySpan<byte> token);
        if (isMarker || !isToken)
        {
            FlushCharacter();
        }

        AddDiagnostic(
            isToken ? HarmonyDiagnostic.UnexpectedSpecialToken : HarmonyDiagnostic.UnknownId, _next);
        _contentIds[_counter] += isMarker ? 0 : 1;
        if (isMarker || _isStopped)
        {
            _next++;
        }
        else
        {
            AddToken(isToken ? token : "\uFFFD"u8);
        }
    }

    /// <summary>The character was never completed: it becomes U+FFFD.</summary>
    private void FlushCharacter()
    {
        int start = _queue.Text.Count;
        if (!_joiner.Flush(ref _queue.Text))
        {
            AddDiagnostic(HarmonyDiagnostic.InvalidUtf8, _next);
            LookAtText(start);
        }
    }

    /// <summary>Looks for stop strings in new text, and tells how much of it may become a delta.</summary>
    private void LookAtText(int start)
    {
        if (_spelledAnswer is not null
            && _spelledAnswer.Find(_queue.Text.Items[start..], ref _spelledState, out _) >= 0)
        {
            _spelledAnswer = null;
            AddDiagnostic(HarmonyDiagnostic.SpelledMarker, _next - 1);
        }

        int ready = _queue.Text.Count;
        if (_matcher is not null)
        {
            int found = _matcher.Find(_queue.Text.Items[start..], ref _matcherState, out int length);
            if (found >= 0)
            {
                Stop(found, start + length);
                return;
            }

            ready -= _matcher.HeldBack(_matcherState);
        }

        if (ready > _readyText)
        {
            _readyText = ready;
            _readyIds = _next;
        }
    }

    private void Stop(int found, int end)
    {
        _queue.StopString = _matcher!.TextOf(found, out int length);
        if (end - length > _readyText)
        {
            _readyText = end - length;
            _readyIds = _next;
        }

        AddDelta();
        _queue.Text.Truncate(_readyText);
        _joiner.Clear();
        _isStopped = true;
        _hasCleanIds = false;
        Add(HarmonySegmentKind.StopString, _readyText, _next);
    }

    /// <summary>Makes a segment of what is ready.</summary>
    private void AddDelta()
    {
        if (_readyText > _queue.TextTaken)
        {
            if (_collectsMessages)
            {
                _messageText.Append(_queue.Text.Items[_queue.TextTaken.._readyText]);
            }

            Add(HarmonySegmentKind.ContentDelta, _readyText, _readyIds);
        }
        else if (_isStopped && HeldIds > 0)
        {
            Add(HarmonySegmentKind.Skipped, _queue.TextTaken, _next);
        }
    }

    /// <summary>Makes a segment of the message at hand.</summary>
    private void Add(HarmonySegmentKind kind, int textEnd, int idEnd, int endToken = -1)
    {
        if (_collectsMessages)
        {
            _messageIds.Append(_queue.Ids[_queue.IdsTaken..idEnd]);
        }

        _queue.Add(kind, textEnd, idEnd, endToken);
    }
}
