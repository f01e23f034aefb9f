using Harmony.Bpe;

namespace Harmony.Core.Parsing;

/// <summary>
/// Reads any header, whatever is in it, and notes what is odd. A header in which nothing is odd says what
/// <see cref="HeaderParser"/> reads from it. A header that lacks its message marker is read as far as it
/// looks like a header; what follows is content.
/// </summary>
internal sealed partial class ResilientHeaderReader(BpeTokenizer tokenizer)
{
    private const string RecipientPrefix = "to=";

    private readonly HeaderParts _parts = new(tokenizer);
    private readonly WordCache _words = new();
    private ToolRouter _router = null!;
    private bool _isBroken;
    private bool _isStreamEnd;
    private HeaderStart _start;
    private Role _impliedRole;

    // What has been read so far.
    private Author _author;
    private string? _channel;
    private string? _recipient;
    private string? _contentType;
    private bool _isTypeMarked;
    private bool _lacksRole;
    private bool _isNamedByUnknownWord;
    private bool _expectsRecipient;
    private bool _hasChannelMarker;

    // Where the word at hand stands, for notes.
    private HeaderPart _part;
    private int _charIndex;

    /// <summary>What the header says.</summary>
    public ParsedHeader Header => new(_author, _recipient, _channel, _contentType);

    /// <summary>What is odd.</summary>
    public ReadOnlySpan<HeaderNote> Notes => _parts.Notes;

    /// <summary>The id with which the content of a header without message marker begins; −1 for no
    /// content.</summary>
    public int ContentStart { get; private set; }

    /// <summary>How many bytes of that id are still the header's.</summary>
    public int ContentSkip { get; private set; }

    /// <summary>Whether what was read has nothing of a header: it is text that stands alone.</summary>
    public bool IsStrayText { get; private set; }

    /// <summary>Whether the header says nothing but a role.</summary>
    public bool IsBlank =>
        ContentStart < 0 && _channel is null && _recipient is null && _contentType is null;

    /// <summary>Reads a header that its message marker ended.</summary>
    public void Read(ReadOnlySpan<int> ids, HeaderStart start, CompiledParserOptions options)
    {
        _isBroken = false;
        Begin(ids, start, options);
        if (_parts.UnusualSpaceAt is >= 0 and int at)
        {
            _parts.Note(HarmonyDiagnostic.UnusualSpace, at);
        }

        ReadParts(ids);
        ResolveBareWords();
        ReadToolAsCall();
        ReviewWhole();
    }

    /// <summary>Reads a header that something else ended.</summary>
    public void ReadBroken(
        ReadOnlySpan<int> ids, HeaderStart start, CompiledParserOptions options, bool isStreamEnd)
    {
        _isBroken = true;
        _isStreamEnd = isStreamEnd;
        Begin(ids, start, options);
        ReadParts(ids);
        ReadToolAsCall();
    }

    private void Begin(ReadOnlySpan<int> ids, HeaderStart start, CompiledParserOptions options)
    {
        _parts.Read(ids);
        _router = options.Router;
        _impliedRole = options.ImpliedRole;
        _start = ids.Contains(FormatTokens.Start) ? HeaderStart.Marker : start;
        _author = options.ImpliedRole;
        _channel = null;
        _recipient = null;
        _contentType = null;
        _isTypeMarked = false;
        _lacksRole = false;
        _isNamedByUnknownWord = false;
        _expectsRecipient = false;
        _hasChannelMarker = ids.Contains(FormatTokens.Channel);
        _bare = default;
        _bareAfterRecipient = default;
        _hasRecipientWord = false;
        ContentStart = -1;
        ContentSkip = 0;
        IsStrayText = false;
    }

    private void ReadParts(ReadOnlySpan<int> ids)
    {
        ReadOnlySpan<HeaderPart> parts = _parts.Items;
        Place place = Place.Role;
        for (int i = 0; i < parts.Length; i++)
        {
            _part = parts[i];
            place = PlaceAfter(_part.Marker) ?? place;
            if (!ReadWords(ref place))
            {
                ContentStart = _parts.IdAt(ids, _part, _charIndex, out int skip);
                ContentSkip = skip;
                return;
            }

            if (i + 1 == parts.Length || parts[i + 1].Marker != 0)
            {
                EndPart(place);
            }
        }
    }

    /// <summary>Reads the words of the part at hand.</summary>
    /// <param name="place">The place of the first word; gets that of the next.</param>
    /// <returns>Whether all of them are the header's; else the content begins where the reader
    /// stands.</returns>
    private bool ReadWords(ref Place place)
    {
        ReadOnlySpan<char> text = _parts.TextOf(_part);
        if (text.Contains("<|", StringComparison.Ordinal))
        {
            _charIndex = 0;
            Note(HarmonyDiagnostic.SpelledMarker);
        }

        if (_isBroken && place == Place.Role && _start != HeaderStart.Marker && !BeginsLikeHeader(text))
        {
            _charIndex = text.Length - text.TrimStart().Length;
            IsStrayText = true;
            return false;
        }

        var words = new HeaderWords(text);
        while (words.MoveNext())
        {
            ReadOnlySpan<char> rest = words.Current;
            int end = text.Length - words.Rest.Length;
            while (!rest.IsEmpty)
            {
                _charIndex = end - rest.Length;
                int claimed = Claim(rest, ref place);
                if (claimed < 0)
                {
                    return false;
                }

                rest = rest[claimed..];
            }
        }

        return true;
    }

    /// <summary>A declared tool's name where the role should be, with nobody to whom its message goes: the
    /// assistant calls the tool.</summary>
    private void ReadToolAsCall()
    {
        if (_isNamedByUnknownWord && _recipient is null && _channel != Channels.Final
            && _impliedRole == Role.Assistant && _author.Name is string name && _router.IsDeclared(name))
        {
            _part = _parts.Items[0];
            Note(HarmonyDiagnostic.MissingRole);
            Note(HarmonyDiagnostic.BareRecipient);
            _author = Role.Assistant;
            _recipient = name;
        }
    }

    /// <summary>Notes what is odd in a complete header as a whole.</summary>
    private void ReviewWhole()
    {
        _part = _parts.Items[0];
        if (_author.Role == Role.Assistant && _recipient == RoleExtensions.ToWord(Role.Assistant))
        {
            Note(HarmonyDiagnostic.RecipientIsAuthor);
            _recipient = null;
        }

        if (_isNamedByUnknownWord && _recipient is null && _contentType is null)
        {
            Note(HarmonyDiagnostic.UnknownRole);
        }

        if (_contentType is not null && _recipient is null)
        {
            Note(HarmonyDiagnostic.ContentTypeWithoutRecipient);
        }

        if (_author.Role == Role.Assistant && _channel is null)
        {
            Note(HarmonyDiagnostic.MissingChannel);
        }
    }

    private void Note(HarmonyDiagnostic diagnostic) => _parts.Note(diagnostic, _part.IdStart);

    private static Place? PlaceAfter(int marker) => marker switch
    {
        FormatTokens.Channel => Place.Channel,
        FormatTokens.Constrain => Place.ContentType,
        _ => null,
    };

    /// <summary>What a word may be by where it stands.</summary>
    private enum Place
    {
        Role,
        AfterRole,
        Channel,
        ContentType,
        Any,
    }
}
