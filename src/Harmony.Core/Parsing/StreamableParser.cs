using Harmony.Core.Parsing;

namespace Harmony.Core;

/// <summary>
/// Reads a completion id by id and tells at every step where it stands: the compatibility mode, equal to the
/// reference's parser in all that it reads and refuses. Not thread-safe. The cost of an id does not depend on
/// how long the message is; in content nothing is allocated but, now and then, larger buffers. Messages keep
/// the ids that they were read from, see <see cref="Message.SampledIds"/>.
/// </summary>
public sealed partial class StreamableParser
{
    private readonly HarmonyEncoding _encoding;
    private readonly ParseOptions _options;
    private readonly HeaderText _headerText;
    private readonly List<Message> _messages = [];
    private CompletionStateMachine _machine;
    private GrowingBuffer<int> _headerIds = new();
    private GrowingBuffer<int> _ids = new();
    private ContentAccumulator _content = new();
    private ParsedHeader _header;
    private Role? _givenRole;
    private int _messageFrom;
    private bool _isStartInPrompt;

    private int _contentFrom;

    // Whether the ids of the header at hand, read again in a prompt, say the same.
    private bool _hasCleanHeader;

    /// <summary>Creates a parser.</summary>
    /// <param name="encoding">The encoding whose dialect is read.</param>
    /// <param name="role">The role whose turn the prompt began, so that the completion begins within its
    /// header; null if the ids begin with a start marker.</param>
    /// <param name="options">How to parse; null for <see cref="ParseOptions.Strict"/>.</param>
    public StreamableParser(HarmonyEncoding encoding, Role? role = null, ParseOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        _encoding = encoding;
        _options = options ?? ParseOptions.Strict;
        _headerText = new HeaderText(encoding.Tokenizer);
        Reset(role);
    }

    /// <summary>Starts another stream, keeping the buffers.</summary>
    /// <param name="role">As for the constructor.</param>
    public void Reset(Role? role = null)
    {
        ParserState state = role is null ? ParserState.ExpectStart : ParserState.Header;
        _machine = new CompletionStateMachine(state, _options.StopTokenEndsHeader);
        _messages.Clear();
        _headerIds.Clear();
        _ids.Clear();
        _messageFrom = 0;
        _isStartInPrompt = role is not null;
        _givenRole = role;
        _header = default;
        ClearContent();
    }

    /// <summary>Takes the next id.</summary>
    /// <exception cref="HarmonyParseException">The format does not allow the id here, or the header that it
    /// ends says nothing sensible. After a bad header the parser waits for the next start marker; after any
    /// other error it is as it was.</exception>
    public void Process(int id)
    {
        _ids.Append(id);
        CompletionEvent happened = _machine.Classify(id);
        switch (happened)
        {
            case CompletionEvent.ContentId:
                AppendContent(id);
                return;
            case CompletionEvent.HeaderId:
                _headerIds.Append(id);
                return;
            case CompletionEvent.MessageStart:
                _headerIds.Clear();
                _messageFrom = _ids.Count - 1;
                _isStartInPrompt = false;
                break;
            case CompletionEvent.HeaderEnd:
                ReadHeader();
                break;
            case CompletionEvent.HeaderStopped:
                AddMalformedMessage();
                break;
            case CompletionEvent.MessageEnd:
                AddMessage();
                break;
            default:
                throw Failure(
                    $"Unexpected token {(uint)id} while expecting start token {FormatTokens.Start}",
                    $"{(uint)id}", $"{FormatTokens.Start}");
        }

        _machine.Apply(happened);
    }

    /// <summary>Takes the next ids.</summary>
    /// <exception cref="HarmonyParseException">As for <see cref="Process(int)"/>; the ids after the one at
    /// fault are not taken.</exception>
    public void Process(ReadOnlySpan<int> ids)
    {
        foreach (int id in ids)
        {
            Process(id);
        }
    }

    /// <summary>Takes the end of the stream. A message whose content has begun is complete with it.</summary>
    /// <exception cref="HarmonyParseException">The stream ends within a header.</exception>
    public void ProcessEnd()
    {
        if (_machine.State == ParserState.Header)
        {
            throw new HarmonyParseException(
                "Unexpected EOS while waiting for message header to complete",
                IdCount, _messages.Count, value: null, $"{FormatTokens.Message}");
        }

        if (_machine.State == ParserState.Content)
        {
            AddMessage();
            _machine.Apply(CompletionEvent.MessageEnd);
        }
    }

    private void AppendContent(int id)
    {
        _contentText = null;
        _deltaText = null;
        if (_encoding.Tokenizer.TryGetTokenBytes(id, out ReadOnlySpan<byte> token))
        {
            _content.Append(token);
        }
        else
        {
            _content.AppendUnknown();
        }
    }

    private void ReadHeader()
    {
        if (!_headerText.TryDecode(_headerIds.Items, out Span<char> text, out string problem))
        {
            _machine.Abandon();
            throw Failure($"could not decode header: {problem}", value: null, "well-formed text");
        }

        HeaderFault fault = HeaderParser.Parse(
            text, _givenRole, _encoding.Dialect, out ParsedHeader header, out string? culprit);
        if (fault != HeaderFault.None)
        {
            _machine.Abandon();
            throw Failure(fault, culprit);
        }

        _header = header;
        _contentFrom = _ids.Count;
        _hasCleanHeader = HasOnlyHeaderMarkers(_headerIds.Items) && (_givenRole is null || ReadsTheSameInAPrompt());
        _givenRole = null;
        ClearContent();
    }

    /// <summary>Whether a header holds no other special ids than the format wants there: any other would be
    /// structure where it is rendered again.</summary>
    private static bool HasOnlyHeaderMarkers(ReadOnlySpan<int> ids)
    {
        int channels = 0;
        int constrains = 0;
        foreach (int id in ids)
        {
            channels += id == FormatTokens.Channel ? 1 : 0;
            constrains += id == FormatTokens.Constrain ? 1 : 0;
            if ((uint)id >= FormatTokens.FirstSpecial && id is not (FormatTokens.Channel or FormatTokens.Constrain))
            {
                return false;
            }
        }

        return channels <= 1 && constrains <= 1;
    }

    /// <summary>Whether the header, whose role was given and not read, says the same after the role's word that
    /// a prompt has before it, or that the ids have.</summary>
    private bool ReadsTheSameInAPrompt()
    {
        string prefix = _isStartInPrompt ? _givenRole!.Value.ToWord() : string.Empty;
        _headerText.TryDecode(_headerIds.Items, out Span<char> text, out _, prefix);
        HeaderFault fault = HeaderParser.Parse(
            text, givenRole: null, _encoding.Dialect, out ParsedHeader header, out _);
        return fault == HeaderFault.None
            && header with { Author = header.Author with { Name = _header.Author.Name } } == _header;
    }

    private void AddMalformedMessage()
    {
        if (_givenRole is Role role && _headerIds.Count > 0)
        {
            if (!_headerText.TryDecode(_headerIds.Items, out Span<char> text, out string problem))
            {
                throw Failure($"could not decode header: {problem}", value: null, "well-formed text");
            }

            HeaderFault fault = HeaderParser.ParseMalformed(
                text, role, _encoding.Dialect, out ParsedHeader header, out string words);
            if (fault != HeaderFault.None)
            {
                throw Failure(fault, culprit: null);
            }

            // Written as it was sampled it would be malformed again.
            _messages.Add(Message.FromSample(header, words, ids: [], isStartInPrompt: false));
        }

        _givenRole = null;
    }

    private void AddMessage()
    {
        // A special token is text here, and would be structure in a prompt; what is no token can't stand there.
        ReadOnlySpan<int> content = _ids.Items[_contentFrom..];
        content = !content.IsEmpty && FormatTokens.IsStop(content[^1]) ? content[..^1] : content;
        bool isClean = _hasCleanHeader && !content.ContainsAnyExceptInRange(0, FormatTokens.FirstSpecial - 1);
        int[] ids = isClean ? _ids.Items[_messageFrom..].ToArray() : [];
        _messages.Add(Message.FromSample(_header, _content.Finish(), ids, _isStartInPrompt));
        _header = default;
        ClearContent();
    }

    private void ClearContent()
    {
        _content.Clear();
        _contentText = string.Empty;
        _deltaText = null;
    }

    private HarmonyParseException Failure(HeaderFault fault, string? culprit) => fault switch
    {
        HeaderFault.NoRole => Failure("message header did not contain a role", culprit, RoleExtensions.Expected),
        HeaderFault.UnknownRole => Failure($"Unknown role: {Shorten(culprit)}", culprit, RoleExtensions.Expected),
        HeaderFault.NoChannelValue => Failure(
            "channel marker present but no channel value found in header", culprit, "a channel"),
        _ => Failure(
            $"unexpected tokens remaining in message header: \"{Shorten(culprit)}\"",
            culprit,
            "a recipient and a content type"),
    };

    /// <summary>The beginning of a long text and its length: messages go into logs, and a header can be as long
    /// as its sender likes.</summary>
    private static string? Shorten(string? text)
    {
        const int MaxLength = 200;
        if (text is null || text.Length <= MaxLength)
        {
            return text;
        }

        int length = char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength;
        return $"{text.AsSpan(0, length)}\u2026 ({text.Length} chars)";
    }

    private HarmonyParseException Failure(string message, string? value, string expected) =>
        new(message, IdCount - 1, _messages.Count, value, expected);
}
