using System.Text;

namespace Harmony.Core.Schemas;

/// <summary>Identifiers of ASCII letters, digits and underscores, as tools and types are named.</summary>
internal static class Identifiers
{
    public static bool IsIdentifier(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || char.IsAsciiDigit(name[0]))
        {
            return false;
        }

        foreach (char c in name)
        {
            if (!IsPart(c))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What is left of a text as an identifier: each run of other characters becomes one underscore,
    /// at the ends none; a digit in front gets one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="otherwise">The identifier if nothing is left.</param>
    public static string Make(ReadOnlySpan<char> text, string otherwise)
    {
        var made = new StringBuilder(text.Length + 1);
        bool gap = false;
        foreach (char c in text)
        {
            if (!IsPart(c))
            {
                gap = made.Length > 0;
                continue;
            }

            if (gap || (made.Length == 0 && char.IsAsciiDigit(c)))
            {
                made.Append('_');
            }

            made.Append(c);
            gap = false;
        }

        return made.Length == 0 ? otherwise : made.ToString();
    }

    private static bool IsPart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
