using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Harmony.Bpe.Text;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Engine;

/// <summary>
/// Finds special tokens' names in a text. A vectorised search looks for what all names begin with; only there
/// is the table asked.
/// </summary>
internal sealed class SpecialTokenFinder
{
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

    // By itself, so that making the usual finder does not load what only this needs.
    private static void FindFirsts(
        SpecialTokenTable table, out SearchValues<byte> firstBytes, out SearchValues<char> firstChars)
    {
        IEnumerable<int> indexes = Enumerable.Range(0, table.Count);
        string[] names = [.. indexes.Select(i => Encoding.UTF8.GetString(table.NameAt(i)))];
        firstBytes = SearchValues.Create([.. indexes.Select(i => table.NameAt(i)[0])]);
        firstChars = SearchValues.Create([.. names.Select(static name => name[0])]);
    }

    /// <summary>The first occurrence at or behind <paramref name="start"/> of a special token that the
    /// options allow.</summary>
    public bool TryFindAllowed(ReadOnlySpan<byte> utf8, int start, EncodeOptions options, out Match match)
    {
        if (options.AllowsAny)
        {
            for (int at = Next(utf8, start); at >= 0; at = Next(utf8, at + 1))
            {
                int index = FindAt(utf8[at..], options, allowed: true);
                if (index >= 0)
                {
                    match = new Match(at, _table.NameAt(index).Length, _table.IdAt(index));
                    return true;
                }
            }
        }

        match = default;
        return false;
    }

    /// <summary>Refuses text that spells a special token which the options neither allow nor
    /// ignore.</summary>
    public void ThrowIfRefused(ReadOnlySpan<byte> utf8, EncodeOptions options)
    {
        if (!Refuses(options))
        {
            return;
        }

        for (int at = Next(utf8, 0); at >= 0; at = Next(utf8, at + 1))
        {
            ThrowIfRefusedAt(utf8[at..], at, options);
        }
    }

    /// <summary>The same for UTF-16.</summary>
    public void ThrowIfRefused(ReadOnlySpan<char> text, EncodeOptions options)
    {
        if (!Refuses(options))
        {
            return;
        }

        Span<byte> name = stackalloc byte[SpecialTokenSection.MaxNameLength];
        for (int at = Next(text, 0); at >= 0; at = Next(text, at + 1))
        {
            ReadOnlySpan<char> candidate = text.Slice(at, Math.Min(text.Length - at, _table.MaxNameLength));
            Utf8.FromUtf16(candidate, name, out _, out int written);
            ThrowIfRefusedAt(name[..written], at, options);
        }
    }

    /// <summary>Where a text that goes on must be cut, because what follows could be the beginning of a
    /// special token's name; the text's length if nowhere.</summary>
    public int HoldBackFrom(ReadOnlySpan<byte> utf8, EncodeOptions options)
    {
        if (!Refuses(options) && !options.AllowsAny)
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

    private static bool Refuses(EncodeOptions options) =>
        options.OtherSpecial == SpecialTextHandling.Refuse && !options.AllowsAll;

    private void ThrowIfRefusedAt(ReadOnlySpan<byte> utf8, int index, EncodeOptions options)
    {
        int refused = FindAt(utf8, options, allowed: false);
        if (refused >= 0)
        {
            throw new SpecialTokenException(Encoding.UTF8.GetString(_table.NameAt(refused)), index);
        }
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

    private int Next(ReadOnlySpan<byte> utf8, int start)
    {
        utf8 = utf8[Math.Min(start, utf8.Length)..];
        int index = _firstBytes is null ? utf8.IndexOf(_prefix) : utf8.IndexOfAny(_firstBytes);
        return index < 0 ? -1 : start + index;
    }

    private int Next(ReadOnlySpan<char> text, int start)
    {
        text = text[Math.Min(start, text.Length)..];
        int index = _firstChars is null ? text.IndexOf(_prefixText) : text.IndexOfAny(_firstChars);
        return index < 0 ? -1 : start + index;
    }

    /// <summary>A special token found in a text.</summary>
    public readonly record struct Match(int Start, int Length, int Id);
}
