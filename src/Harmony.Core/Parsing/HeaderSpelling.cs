namespace Harmony.Core.Parsing;

/// <summary>Tells how words of headers are spelled, where models spell them carelessly. All lengths are in
/// chars.</summary>
internal static class HeaderSpelling
{
    /// <summary>What a name may consist of besides ASCII letters and digits, where only its spelling tells it
    /// from content.</summary>
    private const string NamePunctuation = "_-./:+";

    /// <summary>Finds the role that a word begins with.</summary>
    public static bool TryGetLeadingRole(ReadOnlySpan<char> word, out Role role)
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

    /// <summary>The length of a role's word at the beginning of another word, if nothing follows it, or the
    /// same word, a recipient or a channel, as in <c>assistantfinal</c>; otherwise 0.</summary>
    public static int RepeatedRoleLength(ReadOnlySpan<char> word, Role role)
    {
        string name = role.ToWord();
        if (!word.StartsWith(name))
        {
            return 0;
        }

        ReadOnlySpan<char> rest = word[name.Length..];
        return rest.IsEmpty || rest.StartsWith(name) || rest.StartsWith(Recipients.Prefix)
            || KnownWords.IsChannel(rest) ? name.Length : 0;
    }

    /// <summary>The known channel that a text begins with, in any case; null for none.</summary>
    public static string? LeadingChannel(ReadOnlySpan<char> text) =>
        text.StartsWith(Channels.Analysis, StringComparison.OrdinalIgnoreCase) ? Channels.Analysis
        : text.StartsWith(Channels.Commentary, StringComparison.OrdinalIgnoreCase) ? Channels.Commentary
        : text.StartsWith(Channels.Final, StringComparison.OrdinalIgnoreCase) ? Channels.Final
        : null;

    /// <summary>The length of a word up to where the reference ends a channel.</summary>
    public static int ChannelLength(ReadOnlySpan<char> word) =>
        word.IndexOf('<') is >= 0 and int end ? end : word.Length;

    /// <summary>The length of what comes before the first letter or digit.</summary>
    public static int JunkLength(ReadOnlySpan<char> text)
    {
        int length = 0;
        while (length < text.Length && !char.IsLetterOrDigit(text[length]))
        {
            length++;
        }

        return length;
    }

    /// <summary>Whether all of a word is a name.</summary>
    public static bool IsName(ReadOnlySpan<char> word) => NameLength(word) == word.Length;

    /// <summary>The length of the name that a text begins with.</summary>
    public static int NameLength(ReadOnlySpan<char> text)
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
