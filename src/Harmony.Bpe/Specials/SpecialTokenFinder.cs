using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Harmony.Bpe.Text;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Specials;

/// <summary>
/// Finds special tokens' names in a text. A vectorised search looks for what all names begin with; only there
/// is the table asked.
/// </summary>
internal sealed class SpecialTokenFinder
{
    /// <summary>How much text is searched between two looks at the token. Tiny in Debug, so that every test
    /// crosses many edges.</summary>
#if DEBUG
    private const int SearchedAtATime = 16;
#else
    private const int SearchedAtATime = 64 * 1024;
#endif

    private readonly SpecialTokenTable _table;
    private readonly byte[] _prefix;
    private readonly string _prefixText;

    // Only where the names have no prefix in common: what they begin with.
    private readonly SearchValues<byte>? _firstBytes;
    private readonly SearchValues<char>? _firstChars;

    public SpecialTokenFinder(SpecialTokenTable table)
    {
        _table = table;

        // Names may differ inside a character: what they share is cut to whole ones, so that it is text as
        // well.
        ReadOnlySpan<byte> prefix = table.CommonPrefix;
        _prefix = prefix[..^Utf8Sequence.IncompleteTailLength(prefix)].ToArray();
        _prefixText = Encoding.UTF8.GetString(_prefix);

        if (_prefix.Length == 0)
        {
            FindFirsts(table, out _firstBytes, out _firstChars);
        }
    }

    /// <summary>The length of the longest name, in bytes.</summary>
    public int MaxNameLength => _table.MaxNameLength;

    /// <summary>The length of the name of a special token, in bytes.</summary>
    /// <param name="id">Its id.</param>
    public int NameLengthOf(int id) => _table.NameAt(_table.IndexOf(id)).Length;

    // By itself, so that making the usual finder does not load what only this needs.
    private static void FindFirsts(
        SpecialTokenTable table, out SearchValues<byte> firstBytes, out SearchValues<char> firstChars)
    {
        IEnumerable<int> indexes = Enumerable.Range(0, table.Count);
        string[] names = [.. indexes.Select(i => Encoding.UTF8.GetString(table.NameAt(i)))];
        firstBytes = SearchValues.Create([.. indexes.Select(i => table.NameAt(i)[0])]);
        firstChars = SearchValues.Create([.. names.Select(static name => name[0])]);
    }

    /// <summary>The first occurrence of a special token that the options allow, among those that begin in a range
    /// of the text.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="start">Where the range begins.</param>
    /// <param name="end">Where it ends, at most at the text's end. The token may end after it.</param>
    /// <param name="options">Which are allowed.</param>
    /// <param name="match">The occurrence.</param>
    /// <param name="cancellationToken">Checked now and then.</param>
    public bool TryFindAllowed(
        ReadOnlySpan<byte> utf8,
        int start,
        int end,
        EncodeOptions options,
        out SpecialTokenMatch match,
        CancellationToken cancellationToken)
    {
        if (options.AllowsAny)
        {
            for (int at = start; (at = Next(utf8, at, end, cancellationToken)) >= 0; at++)
            {
                int index = FindAt(utf8[at..], options, allowed: true);
                if (index >= 0)
                {
                    match = new SpecialTokenMatch(at, _table.NameAt(index).Length, _table.IdAt(index));
                    return true;
                }
            }
        }

        match = default;
        return false;
    }

    /// <summary>The error if a text spells a special token which the options neither allow nor ignore.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="end">Where the search ends. A name that begins before is found even if it ends after
    /// it.</param>
    /// <param name="options">What is refused.</param>
    /// <param name="cancellationToken">Checked now and then.</param>
    /// <returns>The error for the first such name, or null.</returns>
    public SpecialTokenException? FindRefused(
        ReadOnlySpan<byte> utf8, int start, int end, EncodeOptions options, CancellationToken cancellationToken)
    {
        if (options.RefusesAny)
        {
            for (int at = start; (at = Next(utf8, at, end, cancellationToken)) >= 0; at++)
            {
                if (RefusedAt(utf8[at..], at, options) is { } refused)
                {
                    return refused;
                }
            }
        }

        return null;
    }

    /// <summary>The same for UTF-16.</summary>
    public SpecialTokenException? FindRefused(
        ReadOnlySpan<char> text, int start, int end, EncodeOptions options, CancellationToken cancellationToken)
    {
        if (options.RefusesAny)
        {
            for (int at = start; (at = Next(text, at, end, cancellationToken)) >= 0; at++)
            {
                if (RefusedAt(text[at..], at, options) is { } refused)
                {
                    return refused;
                }
            }
        }

        return null;
    }

    /// <summary>Where a text that goes on must be cut, because what follows could be the beginning of a
    /// special token's name; the text's length if nowhere.</summary>
    public int HoldBackFrom(ReadOnlySpan<byte> utf8, EncodeOptions options)
    {
        if (!options.RefusesAny && !options.AllowsAny)
        {
            return utf8.Length;
        }

        for (int at = Math.Max(0, utf8.Length - _table.MaxNameLength + 1); at < utf8.Length; at++)
        {
            if (_table.IsStartOfLongerName(utf8[at..]))
            {
                return at;
            }
        }

        return utf8.Length;
    }

    private SpecialTokenException? RefusedAt(ReadOnlySpan<char> text, int index, EncodeOptions options)
    {
        Span<byte> name = stackalloc byte[SpecialTokenSection.MaxNameLength];
        Utf8.FromUtf16(text[..Math.Min(text.Length, _table.MaxNameLength)], name, out _, out int written);
        return RefusedAt(name[..written], index, options);
    }

    private SpecialTokenException? RefusedAt(ReadOnlySpan<byte> utf8, int index, EncodeOptions options)
    {
        int refused = FindAt(utf8, options, allowed: false);
        return refused < 0
            ? null
            : new SpecialTokenException(Encoding.UTF8.GetString(_table.NameAt(refused)), index);
    }

    /// <summary>The longest special token with which the text begins and that is, or is not, allowed; or
    /// −1.</summary>
    private int FindAt(ReadOnlySpan<byte> utf8, EncodeOptions options, bool allowed)
    {
        int index = _table.LongestPrefixOf(utf8);
        return index < 0 ? -1 : FindFrom(index, utf8, options, allowed);
    }

    /// <summary>The same, if a token with which the text begins is known.</summary>
    private int FindFrom(int index, ReadOnlySpan<byte> utf8, EncodeOptions options, bool allowed)
    {
        Span<char> chars = stackalloc char[SpecialTokenSection.MaxNameLength];
        for (; index >= 0; index = _table.LongestPrefixOf(utf8))
        {
            ReadOnlySpan<byte> name = _table.NameAt(index);
            if (options.Allows(chars[..Encoding.UTF8.GetChars(name, chars)]) == allowed)
            {
                return index;
            }

            utf8 = utf8[..(name.Length - 1)];
        }

        return -1;
    }

    /// <summary>Where the next name may begin; −1 if nowhere in the range.</summary>
    private int Next(ReadOnlySpan<byte> utf8, int start, int end, CancellationToken cancellationToken)
    {
        while (start < end)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int length = Math.Min(end - start, SearchedAtATime);
            int index = _firstBytes is null
                ? utf8.Slice(start, WithPrefix(length, _prefix.Length, utf8.Length - start)).IndexOf(_prefix)
                : utf8.Slice(start, length).IndexOfAny(_firstBytes);
            if (index >= 0)
            {
                return start + index;
            }

            start += length;
        }

        return -1;
    }

    private int Next(ReadOnlySpan<char> text, int start, int end, CancellationToken cancellationToken)
    {
        while (start < end)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int length = Math.Min(end - start, SearchedAtATime);
            int index = _firstChars is null
                ? text.Slice(start, WithPrefix(length, _prefixText.Length, text.Length - start)).IndexOf(_prefixText)
                : text.Slice(start, length).IndexOfAny(_firstChars);
            if (index >= 0)
            {
                return start + index;
            }

            start += length;
        }

        return -1;
    }

    // What all names begin with may begin in a stretch and end after it.
    private static int WithPrefix(int length, int prefixLength, int available) =>
        Math.Min(length + prefixLength - 1, available);
}
