using System.Diagnostics.CodeAnalysis;

namespace Harmony.Core.Parsing;

/// <summary>The words that nearly every completion has in its headers, as strings that exist already.
/// Thread-safe.</summary>
internal static class KnownWords
{
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Words =
        new HashSet<string>(StringComparer.Ordinal)
        {
            Channels.Analysis, Channels.Commentary, Channels.Final,
            "user", "assistant", "system", "developer", "tool", Recipients.All,
            "browser", "browser.search", "browser.open", "browser.find", "python",
            "json", "code", "<|constrain|>json",
        }.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Converts a word to a string; allocates it only if the word is not known.</summary>
    public static string ToString(ReadOnlySpan<char> word) =>
        TryGet(word, out string? known) ? known : word.ToString();

    public static bool TryGet(ReadOnlySpan<char> word, [NotNullWhen(true)] out string? known) =>
        Words.TryGetValue(word, out known);

    /// <summary>Whether a word is one of the format's three channels.</summary>
    public static bool IsChannel(ReadOnlySpan<char> word) =>
        word is Channels.Analysis or Channels.Commentary or Channels.Final;

    /// <summary>Whether a word is a content type that models write without its marker.</summary>
    public static bool IsContentType(ReadOnlySpan<char> word) => word is "json" or "code" or "text";
}
