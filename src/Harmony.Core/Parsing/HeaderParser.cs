namespace Harmony.Core.Parsing;

/// <summary>
/// Reads role, recipient, channel and content type from the text of a header, in which special tokens are
/// spelled. The rules are the reference's, including its oddities.
/// </summary>
internal static class HeaderParser
{
    /// <summary>Reads a complete header.</summary>
    /// <param name="text">The header's text, which is overwritten.</param>
    /// <param name="givenRole">The role, if the prompt had written it; otherwise null.</param>
    /// <param name="dialect">The dialect whose rules apply.</param>
    /// <param name="header">What the header says; undefined if there is a fault.</param>
    /// <param name="culprit">The text at fault; null for none.</param>
    /// <returns>Why the reference refuses the header, or <see cref="HeaderFault.None"/>.</returns>
    public static HeaderFault Parse(
        Span<char> text,
        Role? givenRole,
        HarmonyDialect dialect,
        out ParsedHeader header,
        out string? culprit)
    {
        header = default;
        culprit = null;
        if (!TryCutChannel(ref text, dialect, out string? channel))
        {
            return HeaderFault.NoChannelValue;
        }

        var words = new HeaderWords(((ReadOnlySpan<char>)text).Trim());
        HeaderFault fault = ReadAuthor(ref words, givenRole, out Author author, out culprit);
        if (fault != HeaderFault.None)
        {
            return fault;
        }

        fault = ReadAddress(words, out string? recipient, out string? contentType, out culprit);
        header = new ParsedHeader(author, recipient, channel, contentType);
        return fault;
    }

    /// <summary>Reads a header that a stop token cut off: its channel, and all of its words as
    /// text.</summary>
    public static HeaderFault ParseMalformed(
        Span<char> text, Role role, HarmonyDialect dialect, out ParsedHeader header, out string words)
    {
        header = default;
        words = string.Empty;
        if (!TryCutChannel(ref text, dialect, out string? channel))
        {
            return HeaderFault.NoChannelValue;
        }

        var left = new HeaderWords(((ReadOnlySpan<char>)text).Trim());
        SkipWord(ref left, role.ToWord());
        words = left.Join();
        header = new ParsedHeader(role, Recipient: null, channel, ContentType: null);
        return HeaderFault.None;
    }

    private static bool TryCutChannel(ref Span<char> text, HarmonyDialect dialect, out string? channel)
    {
        channel = null;
        int at = text.IndexOf(FormatTokens.ChannelText);
        if (at < 0)
        {
            return true;
        }

        ReadOnlySpan<char> value = ChannelValueAt(text, at);
        if (value.IsEmpty)
        {
            return false;
        }

        channel = KnownWords.ToString(value);
        text = CutChannels(text, at, all: dialect == HarmonyDialect.OssHarmony);
        return true;
    }

    /// <summary>Removes the first channel, or all of them, from a text and closes the gaps. That forms no new
    /// marker: what follows a channel never continues what comes before it.</summary>
    private static Span<char> CutChannels(Span<char> text, int first, bool all)
    {
        Span<char> rest = text[first..];
        int length = first;
        while (true)
        {
            rest = rest[(FormatTokens.ChannelText.Length + ChannelValueAt(rest, 0).Length)..];
            int next = all ? rest.IndexOf(FormatTokens.ChannelText) : -1;
            Span<char> kept = next < 0 ? rest : rest[..next];
            kept.CopyTo(text[length..]);
            length += kept.Length;
            if (next < 0)
            {
                return text[..length];
            }

            rest = rest[next..];
        }
    }

    private static ReadOnlySpan<char> ChannelValueAt(ReadOnlySpan<char> text, int marker)
    {
        ReadOnlySpan<char> value = text[(marker + FormatTokens.ChannelText.Length)..];
        int length = 0;
        while (length < value.Length && value[length] != '<' && !char.IsWhiteSpace(value[length]))
        {
            length++;
        }

        return value[..length];
    }

    private static HeaderFault ReadAuthor(
        ref HeaderWords words, Role? givenRole, out Author author, out string? culprit)
    {
        culprit = null;
        if (givenRole is Role given)
        {
            author = given;
            SkipWord(ref words, given.ToWord());
            return HeaderFault.None;
        }

        author = default;
        int count = words.Count();
        if (!words.MoveNext())
        {
            return HeaderFault.NoRole;
        }

        ReadOnlySpan<char> first = words.Current;
        if (RoleExtensions.TryParse(first, out Role role))
        {
            author = role == Role.Tool ? new Author(role, KnownWords.ToString(first)) : role;
            return HeaderFault.None;
        }

        if (count == 1 && !first.StartsWith(Recipients.Prefix))
        {
            culprit = first.ToString();
            return HeaderFault.UnknownRole;
        }

        // A tool's name. The reference then drops the role's word, as it does if the role is given.
        author = new Author(Role.Tool, KnownWords.ToString(first));
        SkipWord(ref words, Role.Tool.ToWord());
        return HeaderFault.None;
    }

    private static HeaderFault ReadAddress(
        HeaderWords words, out string? recipient, out string? contentType, out string? culprit)
    {
        recipient = null;
        contentType = null;
        culprit = null;
        int count = words.Count();
        HeaderWords start = words;
        ReadOnlySpan<char> last = default;
        ReadOnlySpan<char> beforeLast = default;
        while (words.MoveNext())
        {
            beforeLast = last;
            last = words.Current;
        }

        int used = count;
        if (last.StartsWith(Recipients.Prefix))
        {
            recipient = WithoutPrefix(last);
            used = 1;
        }
        else if (count == 1)
        {
            recipient = KnownWords.ToString(last);
        }
        else if (count > 1)
        {
            contentType = KnownWords.ToString(last);
            recipient = WithoutPrefix(beforeLast);
            used = 2;
        }

        if (used == count || count == 0)
        {
            return HeaderFault.None;
        }

        culprit = start.Join();
        return HeaderFault.WordsLeft;
    }

    private static string WithoutPrefix(ReadOnlySpan<char> word) =>
        KnownWords.ToString(word.StartsWith(Recipients.Prefix) ? word[Recipients.Prefix.Length..] : word);

    private static void SkipWord(ref HeaderWords words, string word)
    {
        HeaderWords ahead = words;
        if (ahead.MoveNext() && ahead.Current.SequenceEqual(word))
        {
            words = ahead;
        }
    }
}
