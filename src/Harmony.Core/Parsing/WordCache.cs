namespace Harmony.Core.Parsing;

/// <summary>Turns words of headers into strings, each allocated once: an application's function names come again
/// and again. Bounded: when it is full it forgets all words.</summary>
internal sealed class WordCache
{
    private const int MaxWords = 256;
    private const int MaxLength = 128;

    private readonly HashSet<string> _words = new(StringComparer.Ordinal);

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

    /// <summary>Two parts as one word.</summary>
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
