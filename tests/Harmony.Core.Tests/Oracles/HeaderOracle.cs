using Harmony.Core.Parsing;

namespace Harmony.Core.Tests.Oracles;

/// <summary>The rules of headers, step by step on strings, as the format's description gives them. Slow and plain;
/// shares nothing with the parser but the names of results.</summary>
internal static class HeaderOracle
{
    private const string Channel = "<|channel|>";
    private const string Constrain = "<|constrain|>";

    // ASCII white space splits words; the vertical tab is not among it.
    private static readonly char[] AsciiWhiteSpace = ['\t', '\n', '\f', '\r', ' '];

    public static (HeaderFault Fault, ParsedHeader Header) Parse(string text, Role? given, bool isOss)
    {
        if (!TryCut(ref text, isOss, out string? channel))
        {
            return (HeaderFault.NoChannelValue, default);
        }

        List<string> words = Split(text);
        string? name = null;
        Role role;
        if (given is Role known)
        {
            role = known;
        }
        else if (words.Count == 0)
        {
            return (HeaderFault.NoRole, default);
        }
        else if (RoleExtensions.TryParse(words[0], out role))
        {
            name = words[0];
        }
        else if (words.Count > 1 || words[0].StartsWith("to=", StringComparison.Ordinal))
        {
            role = Role.Tool;
            name = words[0];
            words.RemoveAt(0);
        }
        else
        {
            return (HeaderFault.UnknownRole, default);
        }

        if (words.Count > 0 && words[0] == role.ToWord())
        {
            words.RemoveAt(0);
        }

        return ParseAddress(words, new Author(role, role == Role.Tool ? name : null), channel);
    }

    public static (HeaderFault Fault, string? Channel, string Text) ParseMalformed(string text, Role role, bool isOss)
    {
        if (!TryCut(ref text, isOss, out string? channel))
        {
            return (HeaderFault.NoChannelValue, null, string.Empty);
        }

        List<string> words = Split(text);
        if (words.Count > 0 && words[0] == role.ToWord())
        {
            words.RemoveAt(0);
        }

        return (HeaderFault.None, channel, string.Join(' ', words));
    }

    private static (HeaderFault Fault, ParsedHeader Header) ParseAddress(
        List<string> words, Author author, string? channel)
    {
        string? recipient = null;
        string? type = null;
        if (words.Count > 0)
        {
            int count = words.Count;
            string last = words[^1];
            words.RemoveAt(count - 1);
            if (last.StartsWith("to=", StringComparison.Ordinal))
            {
                recipient = last[3..];
            }
            else if (count == 1)
            {
                recipient = last;
            }
            else
            {
                type = last;
                recipient = words[^1].StartsWith("to=", StringComparison.Ordinal) ? words[^1][3..] : words[^1];
                words.RemoveAt(words.Count - 1);
            }
        }

        return words.Count > 0
            ? (HeaderFault.WordsLeft, default)
            : (HeaderFault.None, new ParsedHeader(author, recipient, channel, type));
    }

    private static bool TryCut(ref string text, bool isOss, out string? channel)
    {
        channel = null;
        int at = text.IndexOf(Channel, StringComparison.Ordinal);
        if (at < 0)
        {
            return true;
        }

        channel = ValueAt(text, at);
        if (channel.Length == 0)
        {
            return false;
        }

        text = text.Remove(at, Channel.Length + channel.Length);
        while (isOss && (at = text.IndexOf(Channel, StringComparison.Ordinal)) >= 0)
        {
            text = text.Remove(at, Channel.Length + ValueAt(text, at).Length);
        }

        return true;
    }

    private static string ValueAt(string text, int marker) => new(
        [.. text.Skip(marker + Channel.Length).TakeWhile(static c => c != '<' && !char.IsWhiteSpace(c))]);

    private static List<string> Split(string text) =>
    [
        .. text.Trim().Replace(Constrain, " " + Constrain, StringComparison.Ordinal).Trim()
            .Split(AsciiWhiteSpace, StringSplitOptions.RemoveEmptyEntries),
    ];
}
