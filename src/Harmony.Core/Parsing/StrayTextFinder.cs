namespace Harmony.Core.Parsing;

/// <summary>
/// Finds the text before a header that does not belong to it. Holds no state of its own: the
/// <see cref="HeaderParts"/> are scratch memory, which it shares with the
/// <see cref="ResilientHeaderReader"/>.
/// </summary>
internal sealed class StrayTextFinder(HeaderParts parts)
{
    /// <summary>Counts the ids before a header's first marker that do not look like a header. If all words
    /// look like one, none is stray. Otherwise the header begins with the first recipient that names a tool;
    /// or with the role or another recipient, if only words of a header follow; or at the marker.</summary>
    /// <param name="ids">The ids before the marker, with or without a start marker.</param>
    /// <param name="context">What is known about the header.</param>
    /// <returns>How many of the ids are stray text.</returns>
    public int CountStrayIds(ReadOnlySpan<int> ids, in HeaderContext context)
    {
        parts.Read(ids);
        HeaderPart part = parts.Items[0];
        ReadOnlySpan<char> text = parts.TextOf(part);
        var words = new HeaderWords(text);
        int strayEnd = -1;
        int headerStart = -1;
        int end = 0;
        var look = HeaderWordLook.Role;
        for (bool isFirst = true; words.MoveNext(); isFirst = false)
        {
            int previousEnd = end;
            end = text.Length - words.Rest.Length;
            int wordStart = end - words.Current.Length;
            look = isFirst && context.Start != HeaderStart.InPrompt
                ? LookOfFirst(words.Current, context)
                : LookOf(words.Current, look, context);
            bool isStray = strayEnd >= 0 && headerStart < 0;
            if (look == HeaderWordLook.Other)
            {
                return 0;
            }
            else if (look == HeaderWordLook.Text || (isStray && look == HeaderWordLook.Weak))
            {
                strayEnd = end;
                headerStart = -1;
            }
            else if (look == HeaderWordLook.Tool)
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

    /// <summary>How the first word looks, if the prompt did not end with the role.</summary>
    private static HeaderWordLook LookOfFirst(ReadOnlySpan<char> word, in HeaderContext context)
    {
        bool isMarked = context.Start == HeaderStart.Marker;
        bool isRole = HeaderSpelling.TryGetLeadingRole(word, out Role role)
            && (word.Length == role.ToWord().Length || word[role.ToWord().Length] == ':'
                || HeaderSpelling.RepeatedRoleLength(word, role) > 0);
        if (isRole)
        {
            return role == context.ImpliedRole ? HeaderWordLook.Role
                : isMarked ? HeaderWordLook.Other
                : HeaderWordLook.Weak;
        }

        // After a start marker any name may be an author's.
        return isMarked && context.Router.IsToolName(word) ? HeaderWordLook.Other
            : isMarked && HeaderSpelling.IsName(word) ? HeaderWordLook.Weak
            : LookOf(word, HeaderWordLook.Role, context);
    }

    private static HeaderWordLook LookOf(
        ReadOnlySpan<char> word, HeaderWordLook previous, in HeaderContext context)
    {
        if (word.StartsWith(Recipients.Prefix))
        {
            return context.Router.IsToolName(word[Recipients.Prefix.Length..])
                ? HeaderWordLook.Tool
                : HeaderWordLook.Recipient;
        }

        if (HeaderSpelling.RepeatedRoleLength(word, context.ImpliedRole) > 0)
        {
            return HeaderWordLook.Role;
        }

        bool isAfterRecipient = previous == HeaderWordLook.Recipient
            && (HeaderSpelling.IsName(word) || word.StartsWith("<|", StringComparison.Ordinal));
        return isAfterRecipient || KnownWords.IsChannel(word) || KnownWords.IsContentType(word)
            || context.Router.IsToolName(word) ? HeaderWordLook.Weak : HeaderWordLook.Text;
    }

    /// <summary>Finds an id that begins between two chars which only white space separates. If there is none,
    /// all of the part's ids are stray text.</summary>
    private int BoundaryBetween(ReadOnlySpan<int> ids, in HeaderPart part, int from, int to)
    {
        int first = parts.IdAt(ids, part, from, out int bytesBefore);
        if (bytesBefore == 0)
        {
            return first;
        }

        int last = parts.IdAt(ids, part, to, out bytesBefore);
        return bytesBefore == 0 || last > first
            ? last
            : parts.IdAt(ids, part, part.CharEnd - part.CharStart, out _);
    }
}
