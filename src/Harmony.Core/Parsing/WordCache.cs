namespace Harmony.Core.Parsing;

/// <summary>Converts words of headers to strings and allocates each of them once, since an application's
/// functions are called again and again. Bounded: a full cache is emptied. Not thread-safe.</summary>
internal sealed class WordCache
{
    private const int MaxWords = 256;
    private const int MaxLength = 128;

    private readonly HashSet<string> _words = new(StringComparer.Ordinal);

    /// <summary>Converts a word to a string.</summary>
    public string ToString(ReadOnlySpan<char> word)
    {
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup =
            _words.GetAlternateLookup<ReadOnlySpan<char>>();
        if (KnownWords.TryGet(word, out string? known) || lookup.TryGetValue(word, out known))
        {
            return known;
        }

        known = word.ToString();
        if (word.Length <= MaxLength)
        {
            if (_words.Count == MaxWords)
            {
                _words.Clear();
            }

            _words.Add(known);
        }

        return known;
    }

    /// <summary>Joins two parts of a word and converts it to a string.</summary>
    public string Join(ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        if (first.Length + second.Length > MaxLength)
        {
            return string.Concat(first, second);
        }

        Span<char> joined = stackalloc char[MaxLength];
        first.CopyTo(joined);
        second.CopyTo(joined[first.Length..]);
        return ToString(joined[..(first.Length + second.Length)]);
    }
}
