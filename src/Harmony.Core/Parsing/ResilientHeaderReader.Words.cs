namespace Harmony.Core.Parsing;

internal sealed partial class ResilientHeaderReader
{
    /// <summary>What a content type without marker, a recipient or a channel may consist of where there is
    /// nothing else to tell it from content.</summary>
    private const string NamePunctuation = "_-./:+";

    /// <summary>Takes what a word begins with.</summary>
    /// <returns>How many chars were taken; may be 0 if the place has changed; −1 if this is
    /// content.</returns>
    private int Claim(ReadOnlySpan<char> word, ref Place place)
    {
        Place here = place;
        place = Place.Any;
        switch (here)
        {
            case Place.Role when _start == HeaderStart.Marker:
                return ClaimRole(word, ref place);
            case Place.Role:
                return ClaimRepeatedRole(word, ref place);
            case Place.AfterRole:
                return ClaimAfterRole(word, ref place);
            case Place.Channel:
                return ClaimChannel(word);
            case Place.ContentType:
                return ClaimContentType(word);
            default:
                return ClaimAny(word);
        }
    }

    /// <summary>At the end of a part whose marker wants a word that has not come.</summary>
    private void EndPart(Place place)
    {
        _charIndex = 0;
        if (place == Place.Channel)
        {
            Note(HarmonyDiagnostic.EmptyChannel);
        }
        else if (place == Place.ContentType)
        {
            SetMarkedType(default);
        }
        else if (place == Place.Role && _start == HeaderStart.Marker)
        {
            LackRole();
        }
    }

    private int ClaimRole(ReadOnlySpan<char> word, ref Place place)
    {
        bool isTool = _router.IsToolName(word);
        if (TryFindRole(word, out Role role))
        {
            int length = role.ToWord().Length;
            ReadOnlySpan<char> rest = word[length..];
            if (rest.StartsWith(RecipientPrefix))
            {
                Note(HarmonyDiagnostic.MissingSpace);
            }

            if (rest.IsEmpty || (_isBroken && !isTool) || KnownWords.IsChannel(rest)
                || rest.StartsWith(RecipientPrefix) || RepeatedRoleLength(rest, role) > 0)
            {
                _author = role == Role.Tool ? new Author(role, role.ToWord()) : role;
                place = Place.AfterRole;
                return length;
            }

            if (rest[0] == ':')
            {
                Note(HarmonyDiagnostic.NamedRole);
                _author = new Author(role, _words.ToString(rest[1..]));
                return word.Length;
            }
        }

        if (word.StartsWith(RecipientPrefix) || KnownWords.IsChannel(word)
            || (_isBroken && !isTool && !_isStreamEnd))
        {
            LackRole();
            return 0;
        }

        if (!isTool)
        {
            Note(HarmonyDiagnostic.UnknownRole);
        }

        _isNamedByUnknownWord = isTool;
        _author = new Author(Role.Tool, _words.ToString(word));
        return word.Length;
    }

    /// <summary>Where the prompt has said the role, its word may come again.</summary>
    private int ClaimRepeatedRole(ReadOnlySpan<char> word, ref Place place)
    {
        if (_start == HeaderStart.Missing && RoleExtensions.TryParse(word, out Role role))
        {
            _author = role == Role.Tool ? new Author(role, role.ToWord()) : role;
            place = Place.AfterRole;
            return word.Length;
        }

        return RepeatedRoleLength(word, _impliedRole) is > 0 and int length
            ? Claimed(length, HarmonyDiagnostic.RepeatedRole, ref place, Place.AfterRole)
            : 0;
    }

    private int ClaimAfterRole(ReadOnlySpan<char> word, ref Place place)
    {
        if (RepeatedRoleLength(word, _author.Role) is > 0 and int length)
        {
            return Claimed(length, HarmonyDiagnostic.RepeatedRole, ref place, Place.AfterRole);
        }

        return TryClaimBareChannel(word) ? word.Length : 0;
    }

    private bool TryClaimBareChannel(ReadOnlySpan<char> word)
    {
        if (_channel is not null || _hasChannelMarker || !KnownWords.IsChannel(word))
        {
            return false;
        }

        Note(HarmonyDiagnostic.MissingChannelMarker);
        SetChannel(KnownWords.ToString(word));
        return true;
    }

    private int ClaimChannel(ReadOnlySpan<char> word)
    {
        int channelLength = ChannelLength(word);
        if (_charIndex > 0 || channelLength < word.Length)
        {
            Note(HarmonyDiagnostic.RepairedChannel);
        }

        word = word[..channelLength];

        if (word.StartsWith(RecipientPrefix))
        {
            Note(HarmonyDiagnostic.EmptyChannel);
            return 0;
        }

        if (word.IsEmpty)
        {
            Note(HarmonyDiagnostic.EmptyChannel);
            return 0;
        }

        int junk = JunkLength(word);
        string? known = KnownChannelAt(word[junk..]);
        if (known is not null)
        {
            ReadOnlySpan<char> rest = word[(junk + known.Length)..];
            bool endsWord = JunkLength(rest) == rest.Length;
            if (endsWord || rest.StartsWith(RecipientPrefix) || _isBroken)
            {
                bool takesRest = endsWord && !_isBroken;
                if (!word.SequenceEqual(known) && (junk > 0 || takesRest || !_isBroken))
                {
                    Note(HarmonyDiagnostic.RepairedChannel);
                }

                SetChannel(known);
                return takesRest ? word.Length : junk + known.Length;
            }
        }

        int length = _isBroken ? NameLength(word) : word.Length;
        if (length == 0)
        {
            Note(HarmonyDiagnostic.EmptyChannel);
            return -1;
        }

        Note(HarmonyDiagnostic.UnknownChannel);
        SetChannel(_words.ToString(word[..length]));
        return length;
    }

    private int ClaimContentType(ReadOnlySpan<char> word)
    {
        if (_charIndex > 0)
        {
            Note(HarmonyDiagnostic.SpaceAfterConstrain);
            if (word.StartsWith(RecipientPrefix))
            {
                return 0;
            }
        }

        int length = _isBroken ? NameLength(word) : word.Length;
        SetMarkedType(word[..length]);
        return length == 0 ? -1 : length;
    }

    private int ClaimAny(ReadOnlySpan<char> word)
    {
        if (word.StartsWith(RecipientPrefix))
        {
            return ClaimRecipient(word);
        }

        if (_isBroken)
        {
            return -1;
        }

        bool isExpected = _expectsRecipient && IsName(word) && !KnownWords.IsContentType(word);
        _expectsRecipient = false;
        if (isExpected)
        {
            SetRecipient(word);
        }
        else if (word.Contains("<|", StringComparison.Ordinal))
        {
            Note(HarmonyDiagnostic.UnexpectedWords);
        }
        else if (_lacksRole && RoleExtensions.TryParse(word, out Role role))
        {
            _author = role == Role.Tool ? new Author(role, role.ToWord()) : role;
            _lacksRole = false;
        }
        else if (word.SequenceEqual(_author.Role.ToWord()))
        {
            Note(HarmonyDiagnostic.RepeatedRole);
        }
        else if (!TryClaimBareChannel(word))
        {
            AddBareWord(word);
        }

        return word.Length;
    }

    private int ClaimRecipient(ReadOnlySpan<char> word)
    {
        ReadOnlySpan<char> name = word[RecipientPrefix.Length..];
        if (_isBroken)
        {
            name = name[..NameLength(name)];
        }

        _hasRecipientWord = true;
        if (name.IsEmpty)
        {
            Note(HarmonyDiagnostic.EmptyRecipient);
            _expectsRecipient = true;
        }
        else
        {
            SetRecipient(name);
        }

        return RecipientPrefix.Length + name.Length;
    }

    private void LackRole()
    {
        Note(HarmonyDiagnostic.MissingRole);
        _lacksRole = true;
    }

    private void SetChannel(string channel)
    {
        if (_channel is not null)
        {
            Note(HarmonyDiagnostic.RepeatedChannel);
        }

        if (_channel is null || (!KnownWords.IsChannel(_channel) && KnownWords.IsChannel(channel)))
        {
            _channel = channel;
        }
    }

    private void SetRecipient(ReadOnlySpan<char> name)
    {
        if (_contentType is not null)
        {
            Note(HarmonyDiagnostic.UnexpectedWords);
        }

        if (_recipient is not null)
        {
            Note(HarmonyDiagnostic.RepeatedRecipient);
        }

        if (_recipient is null || RoleExtensions.TryParse(_recipient, out _))
        {
            _recipient = _words.ToString(name);
        }
    }

    private void SetMarkedType(ReadOnlySpan<char> name)
    {
        if (_contentType is not null)
        {
            Note(HarmonyDiagnostic.RepeatedContentType);
        }

        if (!_isTypeMarked)
        {
            _contentType = _words.Join(FormatTokens.ConstrainText, name);
            _isTypeMarked = true;
        }
    }

    private int Claimed(int length, HarmonyDiagnostic diagnostic, ref Place place, Place next)
    {
        Note(diagnostic);
        place = next;
        return length;
    }

    /// <summary>The role with whose word a word begins.</summary>
    private static bool TryFindRole(ReadOnlySpan<char> word, out Role role)
    {
        for (role = 0; (int)role < RoleExtensions.Count; role++)
        {
            if (word.StartsWith(role.ToWord()))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How many chars of a word are a role's word once more: all of it, or what comes before the same
    /// word, a channel or a recipient, as in <c>assistantfinal</c>.</summary>
    private static int RepeatedRoleLength(ReadOnlySpan<char> word, Role role)
    {
        string name = role.ToWord();
        if (!word.StartsWith(name))
        {
            return 0;
        }

        ReadOnlySpan<char> rest = word[name.Length..];
        return rest.IsEmpty || rest.StartsWith(name) || rest.StartsWith(RecipientPrefix)
            || KnownWords.IsChannel(rest) ? name.Length : 0;
    }

    private static string? KnownChannelAt(ReadOnlySpan<char> text) =>
        text.StartsWith(Channels.Analysis, StringComparison.OrdinalIgnoreCase) ? Channels.Analysis
        : text.StartsWith(Channels.Commentary, StringComparison.OrdinalIgnoreCase) ? Channels.Commentary
        : text.StartsWith(Channels.Final, StringComparison.OrdinalIgnoreCase) ? Channels.Final
        : null;

    /// <summary>A channel ends where the reference lets it end.</summary>
    private static int ChannelLength(ReadOnlySpan<char> word) =>
        word.IndexOf('<') is >= 0 and int end ? end : word.Length;

    private static int JunkLength(ReadOnlySpan<char> text)
    {
        int length = 0;
        while (length < text.Length && !char.IsLetterOrDigit(text[length]))
        {
            length++;
        }

        return length;
    }

    private static bool IsName(ReadOnlySpan<char> word) => NameLength(word) == word.Length;

    private static int NameLength(ReadOnlySpan<char> text)
    {
        int length = 0;
        while (length < text.Length
            && (char.IsAsciiLetterOrDigit(text[length]) || NamePunctuation.Contains(text[length])))
        {
            length++;
        }

        return length;
    }
}
