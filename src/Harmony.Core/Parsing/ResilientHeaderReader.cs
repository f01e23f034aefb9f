
namespace Harmony.Core.Parsing;

/// <summary>
/// Reads any header, whatever is in it, and notes what is odd. A header in which nothing is odd says what
/// <see cref="HeaderParser"/> reads from it. A header without its message marker is read as far as it looks
/// like a header; what follows is content. The result is valid until the next call.
/// </summary>
/// <remarks>It reads word by word: <c>Consume…</c> takes what a word begins with, by the
/// <see cref="HeaderPlace"/> of the word. Words that stand in no place, bare words, are kept for the end,
/// since what they mean depends on the whole header.</remarks>
internal sealed partial class ResilientHeaderReader(HeaderParts parts)
{
    private readonly WordCache _words = new();
    private HeaderContext _context;
    private HeaderDraft _draft;

    // Where the current word stands.
    private HeaderPart _part;
    private int _charIndex;

    /// <summary>What the header says.</summary>
    public ParsedHeader Header => new(_draft.Author, _draft.Recipient, _draft.Channel, _draft.ContentType);

    /// <summary>What is odd.</summary>
    public ReadOnlySpan<HeaderNote> Notes => parts.Notes;

    /// <summary>The index of the id in which the content of a header without message marker begins; −1 for no
    /// content.</summary>
    public int ContentStart { get; private set; }

    /// <summary>How many bytes of that id still belong to the header.</summary>
    public int ContentSkip { get; private set; }

    /// <summary>Whether nothing of it looks like a header: it is text that stands alone.</summary>
    public bool IsStrayText { get; private set; }

    /// <summary>Whether the header says nothing but a role.</summary>
    public bool IsBlank =>
        ContentStart < 0 && _draft.Channel is null && _draft.Recipient is null && _draft.ContentType is null;

    /// <summary>Whether a header that the prompt began can be repeated after the role's word: it begins with
    /// a space, or with a word that is read apart from the role.</summary>
    public bool BeginsApart
    {
        get
        {
            ReadOnlySpan<char> text = parts.TextOf(parts.Items[0]);
            return text.IsEmpty || char.IsWhiteSpace(text[0]) || KnownWords.IsChannel(text.TrimEnd())
                || HeaderSpelling.RepeatedRoleLength(text, _context.ImpliedRole) > 0;
        }
    }

    /// <summary>Reads a header. If it is broken, the reader looks for the beginning of its content.</summary>
    public void Read(ReadOnlySpan<int> ids, in HeaderContext context)
    {
        Begin(ids, context);
        if (_context.IsBroken)
        {
            ReadParts(ids);
            ReadToolAsCall();
            return;
        }

        if (parts.UnusualSpaceAt is >= 0 and int at)
        {
            parts.Note(HarmonyDiagnostic.UnusualSpace, at);
        }

        ReadParts(ids);
        ResolveBareWords();
        ReadToolAsCall();
        ValidateWhole();
    }

    private void Begin(ReadOnlySpan<int> ids, in HeaderContext context)
    {
        parts.Read(ids);
        _context = context;
        _draft = default;
        _draft.Author = context.ImpliedRole;
        _draft.HasChannelMarker = ids.Contains(FormatTokens.Channel);
        ContentStart = -1;
        ContentSkip = 0;
        IsStrayText = false;
    }

    private void ReadParts(ReadOnlySpan<int> ids)
    {
        ReadOnlySpan<HeaderPart> items = parts.Items;
        HeaderPlace place = HeaderPlace.Role;
        for (int i = 0; i < items.Length; i++)
        {
            _part = items[i];
            place = PlaceAfter(_part.Marker) ?? place;
            if (!TryReadWords(ref place))
            {
                ContentStart = parts.IdAt(ids, _part, _charIndex, out int skip);
                ContentSkip = skip;
                return;
            }

            if (i + 1 == items.Length || items[i + 1].Marker != 0)
            {
                EndPart(place);
            }
        }
    }

    /// <summary>Reads the words of the current part.</summary>
    /// <param name="place">The place of the first word. Is set to the place of the next.</param>
    /// <returns>Whether all of them belong to the header. If not, content begins at the current
    /// word.</returns>
    private bool TryReadWords(ref HeaderPlace place)
    {
        ReadOnlySpan<char> text = parts.TextOf(_part);
        if (text.Contains("<|", StringComparison.Ordinal))
        {
            _charIndex = 0;
            Note(HarmonyDiagnostic.SpelledMarker);
        }

        if (_context.IsBroken && place == HeaderPlace.Role && _context.Start != HeaderStart.Marker
            && !BeginsLikeHeader(text))
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
                Consumption consumed = Consume(rest, place);
                if (consumed.IsContent)
                {
                    return false;
                }

                rest = rest[consumed.Length..];
                place = consumed.Next;
            }
        }

        return true;
    }

    /// <summary>Whether the words up to the first marker can begin a header without a start marker: the
    /// role's word and then a channel, a recipient or nothing; or a recipient at once.</summary>
    private bool BeginsLikeHeader(ReadOnlySpan<char> text)
    {
        bool hasRole = false;
        foreach (ReadOnlySpan<char> word in new HeaderWords(text))
        {
            ReadOnlySpan<char> rest = word;
            while (HeaderSpelling.RepeatedRoleLength(rest, _context.ImpliedRole) is > 0 and int length)
            {
                rest = rest[length..];
                hasRole = true;
            }

            if (!rest.IsEmpty)
            {
                return rest.StartsWith(Recipients.Prefix) || (hasRole && KnownWords.IsChannel(rest));
            }
        }

        return true;
    }

    /// <summary>Reads a declared tool's name in the role's place as a call: the assistant calls the tool,
    /// unless the message has a recipient.</summary>
    private void ReadToolAsCall()
    {
        if (_draft is { IsToolInRolePlace: true, Recipient: null, Channel: not Channels.Final }
            && _draft.Author.Name is string name
            && _context.ImpliedRole == Role.Assistant && _context.Router.IsDeclared(name))
        {
            _part = parts.Items[0];
            Note(HarmonyDiagnostic.MissingRole);
            Note(HarmonyDiagnostic.BareRecipient);
            _draft.Author = Role.Assistant;
            _draft.Recipient = name;
        }
    }

    /// <summary>Notes what is odd in a complete header as a whole.</summary>
    private void ValidateWhole()
    {
        _part = parts.Items[0];
        if (_draft.Author.Role == Role.Assistant && _draft.Recipient == RoleExtensions.ToWord(Role.Assistant))
        {
            Note(HarmonyDiagnostic.RecipientIsAuthor);
            _draft.Recipient = null;
        }

        if (_draft is { IsToolInRolePlace: true, Recipient: null, ContentType: null })
        {
            Note(HarmonyDiagnostic.UnknownRole);
        }

        if (_draft is { ContentType: not null, Recipient: null })
        {
            Note(HarmonyDiagnostic.ContentTypeWithoutRecipient);
        }

        if (_draft.Author.Role == Role.Assistant && _draft.Channel is null)
        {
            Note(HarmonyDiagnostic.MissingChannel);
        }
    }

    private void Note(HarmonyDiagnostic diagnostic) => parts.Note(diagnostic, _part.IdStart);

    private static HeaderPlace? PlaceAfter(int marker) => marker switch
    {
        FormatTokens.Channel => HeaderPlace.Channel,
        FormatTokens.Constrain => HeaderPlace.ContentType,
        _ => null,
    };
}
