namespace Harmony.Core.Parsing;

internal sealed partial class ResilientHeaderReader
{
    /// <summary>Counts the ids before a header's first marker that do not look like a header: they are stray
    /// text. A header begins with the first word if all words look like one; else with the first recipient that
    /// names a tool, or with the role or another recipient if nothing but such words follow; else at the
    /// marker.</summary>
    /// <param name="ids">The ids, with a start marker or without.</param>
    /// <param name="start">How the header begins.</param>
    /// <param name="options">What the parser knows.</param>
    /// <returns>How many of the ids are stray text; 0 for none.</returns>
    public int CountStrayIds(ReadOnlySpan<int> ids, HeaderStart start, CompiledParserOptions options)
    {
        Begin(ids, start, options);
        HeaderPart part = _parts.Items[0];
        ReadOnlySpan<char> text = _parts.TextOf(part);
        var words = new HeaderWords(text);
        int strayEnd = -1;
        int headerStart = -1;
        int end = 0;
        var look = WordLook.Role;
        for (bool isFirst = true; words.MoveNext(); isFirst = false)
        {
            int previousEnd = end;
            end = text.Length - words.Rest.Length;
            int wordStart = end - words.Current.Length;
            look = isFirst && _start != HeaderStart.InPrompt
                ? LookOfFirst(words.Current)
                : LookOf(words.Current, look);
            bool isStray = strayEnd >= 0 && headerStart < 0;
            if (look == WordLook.Other)
            {
                return 0;
            }
            else if (look == WordLook.Text || (isStray && look == WordLook.Weak))
            {
                strayEnd = end;
                headerStart = -1;
            }
            else if (look == WordLook.Tool)
            {
                return strayEnd < 0 ? 0 : BoundaryBetween(ids, part, previousEnd, wordStart);
            }
            else if (isStray)
            {
                strayEnd = previousEnd;
                headerStart = wordStart;
            }
        }

        return strayEnd < 0 ? 0
            : BoundaryBetween(ids, part, strayEnd, headerStart < 0 ? text.Length : headerStart);
    }

    /// <summary>Whether the words up to the first marker, where the prompt has said the role, can be a header's
    /// beginning: the role's word and then a channel, a recipient or nothing; or a recipient at
    /// once.</summary>
    private bool BeginsLikeHeader(ReadOnlySpan<char> text)
    {
        bool hasRole = false;
        foreach (ReadOnlySpan<char> word in new HeaderWords(text))
        {
            ReadOnlySpan<char> rest = word;
            while (RepeatedRoleLength(rest, _impliedRole) is > 0 and int length)
            {
                rest = rest[length..];
                hasRole = true;
            }

            if (!rest.IsEmpty)
            {
                return rest.StartsWith(RecipientPrefix) || (hasRole && KnownWords.IsChannel(rest));
            }
        }

        return true;
    }

    /// <summary>Whether a header that the prompt began can be repeated after the role's word: with a space, or with
    /// a word that is read apart from it.</summary>
    public bool BeginsApart
    {
        get
        {
            ReadOnlySpan<char> text = _parts.TextOf(_parts.Items[0]);
            return text.IsEmpty || char.IsWhiteSpace(text[0]) || KnownWords.IsChannel(text.TrimEnd())
                || RepeatedRoleLength(text, _impliedRole) > 0;
        }
    }

    /// <summary>How the first word looks where no prompt has said the role.</summary>
    private WordLook LookOfFirst(ReadOnlySpan<char> word)
    {
        bool isMarked = _start == HeaderStart.Marker;
        bool isRole = TryFindRole(word, out Role role)
            && (word.Length == role.ToWord().Length || word[role.ToWord().Length] == ':'
                || RepeatedRoleLength(word, role) > 0);
        if (isRole)
        {
            return role == _impliedRole ? WordLook.Role : isMarked ? WordLook.Other : WordLook.Weak;
        }

        // A start marker makes any name an author's.
        return isMarked && _router.IsToolName(word) ? WordLook.Other
            : isMarked && IsName(word) ? WordLook.Weak
            : LookOf(word, WordLook.Role);
    }

    private WordLook LookOf(ReadOnlySpan<char> word, WordLook before)
    {
        if (word.StartsWith(RecipientPrefix))
        {
            return _router.IsToolName(word[RecipientPrefix.Length..]) ? WordLook.Tool : WordLook.Recipient;
        }

        if (RepeatedRoleLength(word, _impliedRole) > 0)
        {
            return WordLook.Role;
        }

        bool isAfterRecipient = before == WordLook.Recipient
            && (IsName(word) || word.StartsWith("<|", StringComparison.Ordinal));
        return isAfterRecipient || KnownWords.IsChannel(word) || KnownWords.IsContentType(word)
            || _router.IsToolName(word) ? WordLook.Weak : WordLook.Text;
    }

    /// <summary>An id that begins between two chars with nothing but white space between them; if none does, all
    /// of the part's ids are stray text.</summary>
    private int BoundaryBetween(ReadOnlySpan<int> ids, in HeaderPart part, int from, int to)
    {
        int first = _parts.IdAt(ids, part, from, out int bytesBefore);
        if (bytesBefore == 0)
        {
            return first;
        }

        int last = _parts.IdAt(ids, part, to, out bytesBefore);
        return bytesBefore == 0 || last > first
            ? last
            : _parts.IdAt(ids, part, part.CharEnd - part.CharStart, out _);
    }

    /// <summary>What a word before a header's first marker looks like.</summary>
    private enum WordLook
    {
        /// <summary>No part of a header.</summary>
        Text,

        /// <summary>Part of a header if all words around it are.</summary>
        Weak,

        /// <summary>The role whose turn it is.</summary>
        Role,

        /// <summary>Another author right after a start marker: its header is read as it is, so that nothing in it
        /// can speak for the assistant.</summary>
        Other,

        /// <summary>An explicit recipient.</summary>
        Recipient,

        /// <summary>An explicit recipient that names a tool.</summary>
        Tool,
    }
}
