
namespace Harmony.Core.Parsing;

/// <summary>Consumes words by their places.</summary>
internal sealed partial class ResilientHeaderReader
{
    /// <summary>Consumes what a word begins with.</summary>
    private Consumption Consume(ReadOnlySpan<char> word, HeaderPlace place) => place switch
    {
        HeaderPlace.Role when _context.Start == HeaderStart.Marker => ConsumeRole(word),
        HeaderPlace.Role => ConsumeRepeatedRole(word),
        HeaderPlace.AfterRole => ConsumeAfterRole(word),
        HeaderPlace.Channel => ConsumeChannel(word),
        HeaderPlace.ContentType => ConsumeContentType(word),
        _ => ConsumeAny(word),
    };

    /// <summary>Ends a part. Notes if the word is missing that its place wants.</summary>
    private void EndPart(HeaderPlace place)
    {
        _charIndex = 0;
        if (place == HeaderPlace.Channel)
        {
            Note(HarmonyDiagnostic.EmptyChannel);
        }
        else if (place == HeaderPlace.ContentType)
        {
            SetMarkedContentType(default);
        }
        else if (place == HeaderPlace.Role && _context.Start == HeaderStart.Marker)
        {
            NoteMissingRole();
        }
    }

    private Consumption ConsumeRole(ReadOnlySpan<char> word)
    {
        bool isTool = _context.Router.IsToolName(word);
        if (HeaderSpelling.TryGetLeadingRole(word, out Role role))
        {
            int length = role.ToWord().Length;
            ReadOnlySpan<char> rest = word[length..];
            if (rest.StartsWith(Recipients.Prefix))
            {
                Note(HarmonyDiagnostic.MissingSpace);
            }

            if (rest.IsEmpty || (_context.IsBroken && !isTool) || KnownWords.IsChannel(rest)
                || rest.StartsWith(Recipients.Prefix) || HeaderSpelling.RepeatedRoleLength(rest, role) > 0)
            {
                _draft.Author = AuthorOf(role);
                return Consumption.Of(length, HeaderPlace.AfterRole);
            }

            if (rest[0] == ':')
            {
                Note(HarmonyDiagnostic.NamedRole);
                _draft.Author = new Author(role, _words.ToString(rest[1..]));
                return Consumption.Of(word.Length);
            }
        }

        if (word.StartsWith(Recipients.Prefix) || KnownWords.IsChannel(word)
            || (_context.IsBroken && !isTool && !_context.IsStreamEnd))
        {
            NoteMissingRole();
            return Consumption.Nothing;
        }

        if (!isTool)
        {
            Note(HarmonyDiagnostic.UnknownRole);
        }

        _draft.IsToolInRolePlace = isTool;
        _draft.Author = new Author(Role.Tool, _words.ToString(word));
        return Consumption.Of(word.Length);
    }

    /// <summary>Consumes the role's word, which may come again after a prompt that ends with it.</summary>
    private Consumption ConsumeRepeatedRole(ReadOnlySpan<char> word)
    {
        if (_context.Start == HeaderStart.Missing && RoleExtensions.TryParse(word, out Role role))
        {
            _draft.Author = AuthorOf(role);
            return Consumption.Of(word.Length, HeaderPlace.AfterRole);
        }

        return TryConsumeRoleAgain(word, _context.ImpliedRole, out Consumption consumed)
            ? consumed
            : Consumption.Nothing;
    }

    private Consumption ConsumeAfterRole(ReadOnlySpan<char> word) =>
        TryConsumeRoleAgain(word, _draft.Author.Role, out Consumption consumed) ? consumed
        : TrySetBareChannel(word) ? Consumption.Of(word.Length)
        : Consumption.Nothing;

    private bool TryConsumeRoleAgain(ReadOnlySpan<char> word, Role role, out Consumption consumed)
    {
        int length = HeaderSpelling.RepeatedRoleLength(word, role);
        consumed = Consumption.Of(length, HeaderPlace.AfterRole);
        if (length == 0)
        {
            return false;
        }

        Note(HarmonyDiagnostic.RepeatedRole);
        return true;
    }

    private Consumption ConsumeChannel(ReadOnlySpan<char> word)
    {
        int channelLength = HeaderSpelling.ChannelLength(word);
        if (_charIndex > 0 || channelLength < word.Length)
        {
            Note(HarmonyDiagnostic.RepairedChannel);
        }

        word = word[..channelLength];
        if (word.IsEmpty || word.StartsWith(Recipients.Prefix))
        {
            Note(HarmonyDiagnostic.EmptyChannel);
            return Consumption.Nothing;
        }

        if (TryConsumeKnownChannel(word, out Consumption consumed))
        {
            return consumed;
        }

        int length = _context.IsBroken ? HeaderSpelling.NameLength(word) : word.Length;
        if (length == 0)
        {
            Note(HarmonyDiagnostic.EmptyChannel);
            return Consumption.Content;
        }

        Note(HarmonyDiagnostic.UnknownChannel);
        SetChannel(_words.ToString(word[..length]));
        return Consumption.Of(length);
    }

    /// <summary>Consumes a known channel, with junk around it unless the header is broken: there, what
    /// follows the channel may be content.</summary>
    private bool TryConsumeKnownChannel(ReadOnlySpan<char> word, out Consumption consumed)
    {
        consumed = default;
        int junk = HeaderSpelling.JunkLength(word);
        if (HeaderSpelling.LeadingChannel(word[junk..]) is not string known)
        {
            return false;
        }

        ReadOnlySpan<char> rest = word[(junk + known.Length)..];
        bool endsWord = HeaderSpelling.JunkLength(rest) == rest.Length;
        if (!endsWord && !rest.StartsWith(Recipients.Prefix) && !_context.IsBroken)
        {
            return false;
        }

        if (!word.SequenceEqual(known) && (junk > 0 || !_context.IsBroken))
        {
            Note(HarmonyDiagnostic.RepairedChannel);
        }

        SetChannel(known);
        bool takesRest = endsWord && !_context.IsBroken;
        consumed = Consumption.Of(takesRest ? word.Length : junk + known.Length);
        return true;
    }

    private Consumption ConsumeContentType(ReadOnlySpan<char> word)
    {
        if (_charIndex > 0)
        {
            Note(HarmonyDiagnostic.SpaceAfterConstrain);
            if (word.StartsWith(Recipients.Prefix))
            {
                return Consumption.Nothing;
            }
        }

        int length = _context.IsBroken ? HeaderSpelling.NameLength(word) : word.Length;
        SetMarkedContentType(word[..length]);
        return length == 0 ? Consumption.Content : Consumption.Of(length);
    }

    private Consumption ConsumeAny(ReadOnlySpan<char> word)
    {
        if (word.StartsWith(Recipients.Prefix))
        {
            return ConsumeRecipient(word);
        }

        if (_context.IsBroken)
        {
            return Consumption.Content;
        }

        bool isRecipient = _draft.ExpectsRecipient && HeaderSpelling.IsName(word)
            && !KnownWords.IsContentType(word);
        _draft.ExpectsRecipient = false;
        if (isRecipient)
        {
            SetRecipient(word);
        }
        else if (word.Contains("<|", StringComparison.Ordinal))
        {
            Note(HarmonyDiagnostic.UnexpectedWords);
        }
        else if (_draft.LacksRole && RoleExtensions.TryParse(word, out Role role))
        {
            _draft.Author = AuthorOf(role);
            _draft.LacksRole = false;
        }
        else if (word.SequenceEqual(_draft.Author.Role.ToWord()))
        {
            Note(HarmonyDiagnostic.RepeatedRole);
        }
        else if (!TrySetBareChannel(word))
        {
            AddBareWord(word);
        }

        return Consumption.Of(word.Length);
    }

    private Consumption ConsumeRecipient(ReadOnlySpan<char> word)
    {
        ReadOnlySpan<char> name = word[Recipients.Prefix.Length..];
        if (_context.IsBroken)
        {
            name = name[..HeaderSpelling.NameLength(name)];
        }

        _draft.HasRecipientPrefix = true;
        if (name.IsEmpty)
        {
            Note(HarmonyDiagnostic.EmptyRecipient);
            _draft.ExpectsRecipient = true;
        }
        else
        {
            SetRecipient(name);
        }

        return Consumption.Of(Recipients.Prefix.Length + name.Length);
    }

    private void NoteMissingRole()
    {
        Note(HarmonyDiagnostic.MissingRole);
        _draft.LacksRole = true;
    }

    private bool TrySetBareChannel(ReadOnlySpan<char> word)
    {
        if (_draft.Channel is not null || _draft.HasChannelMarker || !KnownWords.IsChannel(word))
        {
            return false;
        }

        Note(HarmonyDiagnostic.MissingChannelMarker);
        SetChannel(KnownWords.ToString(word));
        return true;
    }

    /// <summary>Sets the channel. Of several, the first known one is taken.</summary>
    private void SetChannel(string channel)
    {
        if (_draft.Channel is not null)
        {
            Note(HarmonyDiagnostic.RepeatedChannel);
        }

        if (_draft.Channel is null || (!KnownWords.IsChannel(_draft.Channel) && KnownWords.IsChannel(channel)))
        {
            _draft.Channel = channel;
        }
    }

    /// <summary>Sets the recipient. Of several, the first is taken that is not a role.</summary>
    private void SetRecipient(ReadOnlySpan<char> name)
    {
        if (_draft.ContentType is not null)
        {
            Note(HarmonyDiagnostic.UnexpectedWords);
        }

        if (_draft.Recipient is not null)
        {
            Note(HarmonyDiagnostic.RepeatedRecipient);
        }

        if (_draft.Recipient is null || RoleExtensions.TryParse(_draft.Recipient, out _))
        {
            _draft.Recipient = _words.ToString(name);
        }
    }

    /// <summary>Sets a content type that has its marker. Of several, the first is taken.</summary>
    private void SetMarkedContentType(ReadOnlySpan<char> name)
    {
        if (_draft.ContentType is not null)
        {
            Note(HarmonyDiagnostic.RepeatedContentType);
        }

        if (!_draft.IsContentTypeMarked)
        {
            _draft.ContentType = _words.Join(FormatTokens.ConstrainText, name);
            _draft.IsContentTypeMarked = true;
        }
    }

    private static Author AuthorOf(Role role) => role == Role.Tool ? new Author(role, role.ToWord()) : role;
}
