using System.Buffers;
using System.Text;

namespace Harmony.Core.Parsing;

/// <summary>
/// Enumerates the words of a header, which ASCII white space separates. A constrain marker always begins a
/// word, as if a space came before it.
/// </summary>
internal ref struct HeaderWords(ReadOnlySpan<char> text)
{
    /// <summary>The characters that separate words. The vertical tab does not.</summary>
    public const string AsciiWhiteSpace = "\t\n\f\r ";

    private static readonly SearchValues<char> EndsOfWords = SearchValues.Create(AsciiWhiteSpace + "<");

    private ReadOnlySpan<char> _rest = text;

    /// <summary>The current word.</summary>
    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>The text after the current word.</summary>
    public readonly ReadOnlySpan<char> Rest => _rest;

    public readonly HeaderWords GetEnumerator() => this;

    public bool MoveNext()
    {
        _rest = _rest.TrimStart(AsciiWhiteSpace);
        if (_rest.IsEmpty)
        {
            return false;
        }

        int end = EndOfWord(_rest);
        Current = _rest[..end];
        _rest = _rest[end..];
        return true;
    }

    // Searches no further than the end of the word, so that reading all words takes linear time.
    private static int EndOfWord(ReadOnlySpan<char> text)
    {
        for (int end = 1; ; end++)
        {
            int next = text[end..].IndexOfAny(EndsOfWords);
            if (next < 0)
            {
                return text.Length;
            }

            end += next;
            if (text[end] != '<' || text[end..].StartsWith(FormatTokens.ConstrainText))
            {
                return end;
            }
        }
    }

    /// <summary>How many words are left.</summary>
    public readonly int Count()
    {
        int count = 0;
        foreach (ReadOnlySpan<char> _ in this)
        {
            count++;
        }

        return count;
    }

    /// <summary>The words that are left, joined by one space.</summary>
    public readonly string Join()
    {
        var joined = new StringBuilder();
        foreach (ReadOnlySpan<char> word in this)
        {
            joined.Append(joined.Length == 0 ? string.Empty : " ").Append(word);
        }

        return joined.ToString();
    }
}
