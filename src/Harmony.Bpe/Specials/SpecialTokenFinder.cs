using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Harmony.Bpe.Text;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Specials;

/// <summary>
/// Finds the names of special tokens in a text. A vectorised search finds the prefix that all names share;
/// only there is the table searched.
/// </summary>
internal sealed class SpecialTokenFinder
{
    /// <summary>The bytes or chars between two checks of the cancellation token. Tiny in Debug, so that every
    /// test crosses many edges.</summary>
#if DEBUG
    private const int SearchedAtATime = 16;
#else
    private const int SearchedAtATime = 64 * 1024;
#endif

    private readonly SpecialTokenTable _table;
    private readonly byte[] _prefix;
    private readonly string _prefixText;

    // The first bytes and chars of the names; only if they share no prefix.
    private readonly SearchValues<byte>? _firstBytes;
    private readonly SearchValues<char>? _firstChars;

    public SpecialTokenFinder(SpecialTokenTable table)
    {
        _table = table;

        // Names may differ inside a character. The prefix is cut to whole characters, so that it is UTF-16
        // too.
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

    /// <summary>The length of the allowed special token that a text begins with, in bytes. Its id does not tell
    /// it: an id may have several names.</summary>
    public int LengthAt(ReadOnlySpan<byte> utf8, EncodeOptions options) =>
        _table.NameAt(FindAt(utf8, options, allowed: true)).Length;

    // A method by itself, so that the usual finder does not load what only this one needs.
    private static void FindFirsts(
        SpecialTokenTable table, out SearchValues<byte> firstBytes, out SearchValues<char> firstChars)
    {
        IEnumerable<int> indexes = Enumerable.Range(0, table.Count);
        string[] names = [.. indexes.Select(i => Encoding.UTF8.GetString(table.NameAt(i)))];
        firstBytes = SearchValues.Create([.. indexes.Select(i => table.NameAt(i)[0])]);
        firstChars = SearchValues.Create([.. names.Select(static name => name[0])]);
    }

    /// <summary>Finds the first special token that the options allow, among those that start in a range of
    /// the text.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="start">Where the range starts.</param>
    /// <param name="end">Where it ends, at most at the end of the text. The token may end after it.</param>
    /// <param name="options">Which tokens are allowed.</param>
    /// <param name="match">The token; undefined when the method returns false.</param>
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

    /// <summary>Finds the first special token that the options refuse, among those that start in a range of
    /// the text.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="start">Where the range starts.</param>
    /// <param name="end">Where it ends. The name may end after it.</param>
    /// <param name="options">Which tokens are refused.</param>
    /// <param name="cancellationToken">Checked now and then.</param>
    /// <returns>The exception to throw, or null.</returns>
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

    /// <summary>Where to cut a text that is not final, because the rest could be the beginning of a special
    /// token's name. The length of the text if nowhere.</summary>
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

    /// <summary>The longest special token that the text begins with and that is, or is not, allowed; −1 if
    /// there is none.</summary>
    private int FindAt(ReadOnlySpan<byte> utf8, EncodeOptions options, bool allowed)
    {
        int index = _table.LongestPrefixOf(utf8);
        return index < 0 ? -1 : FindFrom(index, utf8, options, allowed);
    }

    /// <summary>The same, starting with the longest token that the text begins with.</summary>
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

    /// <summary>Where the next name may start; −1 if nowhere in the range.</summary>
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

    // The prefix may start in a stretch and end after it.
    private static int WithPrefix(int length, int prefixLength, int available) =>
        Math.Min(length + prefixLength - 1, available);
}
