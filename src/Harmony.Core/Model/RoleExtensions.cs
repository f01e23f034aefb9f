using System.Collections.Immutable;
using System.Text;

namespace Harmony.Core;

/// <summary>Roles and the words that headers and JSON have for them.</summary>
public static class RoleExtensions
{
    internal const int Count = 5;

    private static readonly ImmutableArray<string> Words =
        ["user", "assistant", "system", "developer", "tool"];

    /// <summary>Returns the role's word, such as <c>assistant</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no role.</exception>
    public static string ToWord(this Role role) =>
        (uint)role < Count
            ? Words[(int)role]
            : throw new ArgumentOutOfRangeException(nameof(role), role, "This value is no role.");

    /// <summary>Finds the role of a word. Only the exact words are roles: <c>User</c> is none.</summary>
    public static bool TryParse(ReadOnlySpan<char> word, out Role role)
    {
        for (int i = 0; i < Count; i++)
        {
            if (word.SequenceEqual(Words[i]))
            {
                role = (Role)i;
                return true;
            }
        }

        role = default;
        return false;
    }

    /// <summary>The same for UTF-8.</summary>
    internal static bool TryParseUtf8(ReadOnlySpan<byte> utf8, out Role role)
    {
        for (int i = 0; i < Count; i++)
        {
            if (Ascii.Equals(utf8, Words[i]))
            {
                role = (Role)i;
                return true;
            }
        }

        role = default;
        return false;
    }

    /// <summary>Returns the role of a word. Only the exact words are roles: <c>User</c> is none.</summary>
    /// <exception cref="HarmonyValueException">The word is no role's.</exception>
    public static Role Parse(ReadOnlySpan<char> word) =>
        TryParse(word, out Role role)
            ? role
            : throw new HarmonyValueException(
                $"Unknown role: {word}. Expected {Expected}.", value: word.ToString(), expected: Expected);

    internal const string Expected = "user, assistant, system, developer or tool";
}
