using System.Text.Encodings.Web;

namespace Harmony.Core.Rendering;

/// <summary>
/// Refuses the words of a header that would read as more than the one word that they stand for: a name that
/// is a role's word, a recipient that brings a second one along. Content cannot do this: it is always
/// encoded as text.
/// </summary>
internal static class HeaderCheck
{
    public static void Validate(Message message, int index)
    {
        if (message.Author.Name is string name)
        {
            ValidateWord("name", name, name, index);
            if (message.Role == Role.Tool)
            {
                ValidateToolName(name, index);
            }
        }

        if (message.Recipient is string recipient)
        {
            ValidateWord("recipient", recipient, recipient, index);
        }

        // Compared by reference first: the usual ones are constants.
        if (message.Channel is string channel
            && channel is not (Channels.Analysis or Channels.Commentary or Channels.Final))
        {
            ValidateWord("channel", channel, channel, index);
        }

        if (message.ContentType is string type && type != ContentTypes.Json)
        {
            ValidateContentType(type, index);
        }
    }

    // A tool's header begins with its name, in the place of a role's word.
    private static void ValidateToolName(string name, int index)
    {
        int colon = name.IndexOf(':', StringComparison.Ordinal);
        if (RoleExtensions.TryParse(colon < 0 ? name : name.AsSpan(0, colon), out Role role))
        {
            throw Refused(
                "name", name, $"would be read as the role {role.ToWord()}", index,
                "a tool's name such as functions.get_weather");
        }
    }

    // The marker may stand at the beginning, and a space after it, as the reference's guide writes it.
    private static void ValidateContentType(string type, int index)
    {
        ReadOnlySpan<char> word = type;
        if (word.StartsWith(FormatTokens.ConstrainText, StringComparison.Ordinal))
        {
            word = word[FormatTokens.ConstrainText.Length..];
            word = word.StartsWith(' ') ? word[1..] : word;
        }

        ValidateWord("content_type", type, word, index);
    }

    private static void ValidateWord(string field, string value, ReadOnlySpan<char> word, int index)
    {
        string? problem = null;
        int at = IndexOfForbidden(word);
        if (at >= 0)
        {
            int place = value.Length - word.Length + at;
            problem = $"has U+{(int)word[at]:X4} at {place}";
        }
        else if (word.IsEmpty)
        {
            problem = "is empty";
        }
        else if (word.StartsWith(Recipients.Prefix, StringComparison.Ordinal))
        {
            problem = $"begins with {Recipients.Prefix}";
        }

        if (problem is not null)
        {
            throw Refused(
                field, value, problem, index,
                $"one word without angle brackets that does not begin with {Recipients.Prefix}");
        }
    }

    // White space ends a word, and for angle brackets markers would be read. All are in the first plane. A loop, since
    // words are short, and a set for vectors takes milliseconds to make, in a process's first prompt.
    private static int IndexOfForbidden(ReadOnlySpan<char> word)
    {
        for (int i = 0; i < word.Length; i++)
        {
            char c = word[i];
            if (c is '<' or '>' || char.IsWhiteSpace(c) || char.IsControl(c))
            {
                return i;
            }
        }

        return -1;
    }

    private static HarmonyRenderException Refused(
        string field, string value, string problem, int index, string expected)
    {
        const int MaxLength = 100;
        string shown = value.Length <= MaxLength ? value : $"{value.AsSpan(0, MaxLength)}\u2026";
        shown = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(shown);
        return new HarmonyRenderException(
            $"The {field} \"{shown}\" {problem}, so that it could forge parts of a header; expected {expected}, "
            + $"or {nameof(RenderOptions)}.{nameof(RenderOptions.CheckHeaders)} off",
            index, value, expected)
        {
            Field = field,
        };
    }
}
