using System.Globalization;

namespace Harmony.Bpe.Tests.Oracles;

/// <summary>Parses the part of the regular expression language that the splitting pattern uses, and refuses
/// the rest. A space in the pattern is a space: the caller removes line breaks between
/// alternatives.</summary>
internal sealed class TextbookPatternParser
{
    private readonly string _pattern;
    private int _at;
    private bool _ignoreCase;

    private TextbookPatternParser(string pattern) => _pattern = pattern;

    public static TextbookPattern Parse(string pattern)
    {
        var parser = new TextbookPatternParser(pattern);
        TextbookPattern parsed = parser.ParseAlternation();
        return parser._at == pattern.Length ? parsed : throw parser.Unexpected();
    }

    private TextbookPattern ParseAlternation()
    {
        List<TextbookPattern> alternatives = [ParseSequence()];
        while (TryTake("|"))
        {
            alternatives.Add(ParseSequence());
        }

        return alternatives.Count == 1 ? alternatives[0] : new TextbookPattern.Alternation([.. alternatives]);
    }

    private TextbookPattern.Sequence ParseSequence()
    {
        var parts = new List<TextbookPattern>();
        while (_at < _pattern.Length && _pattern[_at] is not ('|' or ')'))
        {
            parts.Add(ParseQuantified());
        }

        return new([.. parts]);
    }

    private TextbookPattern ParseQuantified()
    {
        TextbookPattern atom = ParseAtom();
        (int Least, int Most)? range = null;
        if (TryTake("?"))
        {
            range = (0, 1);
        }
        else if (TryTake("*"))
        {
            range = (0, int.MaxValue);
        }
        else if (TryTake("+"))
        {
            range = (1, int.MaxValue);
        }
        else if (TryTake("{"))
        {
            int end = _pattern.IndexOf('}', _at);
            string[] bounds = _pattern[_at..end].Split(',');
            range = (int.Parse(bounds[0], CultureInfo.InvariantCulture), int.Parse(
                bounds[1], CultureInfo.InvariantCulture));
            _at = end + 1;
        }

        return (range, atom) switch
        {
            (null, _) => atom,
            ((0, 1), not TextbookPattern.Set) => new TextbookPattern.Optional(atom),
            (_, TextbookPattern.Set set) => new TextbookPattern.Repeat(set, range.Value.Least, range.Value.Most),
            _ => throw Unexpected(),
        };
    }

    private TextbookPattern ParseAtom()
    {
        if (TryTake("(?!"))
        {
            return new TextbookPattern.NotAhead(CloseGroup(ParseAlternation()));
        }

        if (TryTake("(?i:"))
        {
            _ignoreCase = true;
            TextbookPattern group = CloseGroup(ParseAlternation());
            _ignoreCase = false;
            return group;
        }

        if (!TryTake("["))
        {
            return new TextbookPattern.Set(ParseCharacter());
        }

        bool negated = TryTake("^");
        var members = new bool[TextbookUtf8.Invalid + 1];
        while (!TryTake("]"))
        {
            Union(members, ParseCharacter());
        }

        return new TextbookPattern.Set(negated ? Complement(members) : members);
    }

    private bool[] ParseCharacter()
    {
        if (TryTake("\\p{"))
        {
            int end = _pattern.IndexOf('}', _at);
            string category = _pattern[_at..end];
            _at = end + 1;
            return SetOf(UnicodeData.InCategory(category));
        }

        if (TryTake("\\s"))
        {
            return SetOf(UnicodeData.WhiteSpace);
        }

        if (TryTake("\\S"))
        {
            return Complement(SetOf(UnicodeData.WhiteSpace));
        }

        if (TryTake("\\r"))
        {
            return SetOf(['\r']);
        }

        if (TryTake("\\n"))
        {
            return SetOf(['\n']);
        }

        char literal = _pattern[_at];
        if (!char.IsAsciiLetterLower(literal) && literal is not ('\'' or ' ' or '/'))
        {
            throw Unexpected();
        }

        _at++;
        bool folds = _ignoreCase && char.IsAsciiLetterLower(literal);
        return SetOf(folds ? UnicodeData.FoldingTo(literal) : [literal]);
    }

    private TextbookPattern CloseGroup(TextbookPattern group) => TryTake(")") ? group : throw Unexpected();

    private bool TryTake(string expected)
    {
        if (string.CompareOrdinal(_pattern, _at, expected, 0, expected.Length) != 0)
        {
            return false;
        }

        _at += expected.Length;
        return true;
    }

    private static bool[] SetOf(IEnumerable<int> codePoints)
    {
        var members = new bool[TextbookUtf8.Invalid + 1];
        foreach (int codePoint in codePoints)
        {
            members[codePoint] = true;
        }

        return members;
    }

    // The invalid byte is in no category and not white space, so it is in every complement.
    private static bool[] Complement(bool[] members) => Array.ConvertAll(members, static member => !member);

    private static void Union(bool[] members, bool[] more)
    {
        for (int i = 0; i < members.Length; i++)
        {
            members[i] |= more[i];
        }
    }

    private FormatException Unexpected() => new($"The pattern was not understood at character {_at}.");
}
