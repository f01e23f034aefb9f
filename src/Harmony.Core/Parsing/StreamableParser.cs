using System.Text.Unicode;
using Harmony.Core.Parsing;
using Harmony.Core.Text;

namespace Harmony.Core;

/// <summary>
/// Reads a completion id by id and tells after each id what it has read: the same as the reference's parser,
/// which it equals in everything that it reads and refuses. To read what models really write, use
/// <see cref="HarmonyParser"/>.
/// </summary>
/// <remarks>
/// <para>The cost of an id does not depend on the length of the message. In content, an id allocates nothing,
/// except when a buffer grows. Messages keep the ids that they were read from, see
/// <see cref="Message.SampledIds"/>.</para>
/// <para>Not thread-safe: use one parser for each stream.</para>
/// </remarks>
/// <example>
/// <code>
/// var parser = new StreamableParser(HarmonyEncoding.OpenAI, Role.Assistant);
/// foreach (int id in sampler)
/// {
///     parser.Process(id);
///     Console.Write(parser.LastContentDelta);
/// }
///
/// parser.ProcessEnd();
/// IReadOnlyList&lt;Message&gt; messages = parser.Messages;
/// </code>
/// </example>
public sealed partial class StreamableParser
{
    private readonly HarmonyEncoding _encoding;
    private readonly bool _isStrict;
    private readonly HeaderText _headerText;
    private readonly List<Message> _messages = [];
    private CompletionStateMachine _machine;
    private GrowingBuffer<int> _headerIds = new();
    private GrowingBuffer<int> _ids = new();
    private ContentAccumulator _content = new();
    private ParsedHeader _header;
    private Role? _givenRole;
    private int _messageFrom;
    private int _contentFrom;
    private bool _isStartInPrompt;

    // Whether the ids of the current header, read again in a prompt, say the same.
    private bool _hasCleanHeader;

    /// <summary>Creates a parser.</summary>
    /// <param name="encoding">The encoding whose dialect is read.</param>
    /// <param name="role">The role that the prompt ended with, so that the completion begins inside its
    /// header; null if the ids begin with a start marker.</param>
    /// <param name="strict">Whether a stop token inside a header is part of the header. If not, it ends the
    /// message, whose text is kept if it is the first of the completion and <paramref name="role"/> is
    /// given.</param>
    public StreamableParser(HarmonyEncoding encoding, Role? role = null, bool strict = true)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        _encoding = encoding;
        _isStrict = strict;
        _headerText = new HeaderText(encoding.Tokenizer);
        Reset(role);
    }

    /// <summary>Starts another stream. Keeps the memory.</summary>
    /// <param name="role">As for the constructor.</param>
    internal void Reset(Role? role = null)
    {
        ParserState state = role is null ? ParserState.ExpectStart : ParserState.Header;
        _machine = new CompletionStateMachine(state, stopEndsHeader: !_isStrict);
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
    /// <param name="id">The id; any number.</param>
    /// <exception cref="HarmonyParseException">The format does not allow the id here, or it ends a header
    /// that can't be read. After such a header the parser expects the next start marker; after any other
    /// error it is as it was.</exception>
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

    // Takes the next ids, up to the first that causes an error.
    internal void Process(ReadOnlySpan<int> ids)
    {
        foreach (int id in ids)
        {
            Process(id);
        }
    }

    /// <summary>Takes the end of the stream, which completes a message whose content has begun.</summary>
    /// <exception cref="HarmonyParseException">The stream ends inside a header.</exception>
    public void ProcessEnd()
    {
        if (_machine.State == ParserState.Header)
        {
            throw new HarmonyParseException(
                "Unexpected EOS while waiting for message header to complete",
                _ids.Count, _messages.Count, value: null, $"{FormatTokens.Message}");
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
            bool isWhole = WholeTokens.KindOf(id) != TokenKind.Part || Utf8.IsValid(token);
            _content.Append(token, isWhole);
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
        _hasCleanHeader = IsCleanHeader(_headerIds.Items) && (_givenRole is null || ReadsTheSameInAPrompt());
        _givenRole = null;
        ClearContent();
    }

    /// <summary>Whether a header's markers mean in a prompt what they meant here: none comes twice, and there
    /// are no other special ids.</summary>
    private static bool IsCleanHeader(ReadOnlySpan<int> ids) =>
        FormatTokens.IsCleanHeader(ids)
            && ids.Count(FormatTokens.Channel) <= 1 && ids.Count(FormatTokens.Constrain) <= 1;

    /// <summary>Whether the header, whose role was given and not read, says the same after the role's word,
    /// which a prompt has before it, or the ids have.</summary>
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

            // If a prompt repeated its ids, it would be malformed again.
            _messages.Add(Message.FromSample(header, words, ids: [], isStartInPrompt: false));
        }

        _givenRole = null;
    }

    private void AddMessage()
    {
        bool isClean = _hasCleanHeader && FormatTokens.IsCleanContent(_ids.Items[_contentFrom..]);
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

    /// <summary>Shortens a long text to its beginning and its length: error messages go into logs, and a
    /// header has no limit.</summary>
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
        new(message, _ids.Count - 1, _messages.Count, value, expected);
}
