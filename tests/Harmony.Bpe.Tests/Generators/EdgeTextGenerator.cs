using System.Text;
using Harmony.Bpe.Tests.Oracles;

namespace Harmony.Bpe.Tests.Generators;

/// <summary>Seeded random text that is rich in the edges of the splitting pattern. Same seed, same
/// texts.</summary>
internal sealed class EdgeTextGenerator(int seed)
{
    private const int RawByte = 0x20_0000;

    private static readonly int[][] Classes =
    [
        [.. "stremvld"],
        [.. "STREMVLD\u017F"],
        [.. UnicodeData.InCategory("Ll")],
        [.. UnicodeData.InCategory("Lu"), .. UnicodeData.InCategory("Lt")],
        [.. UnicodeData.InCategory("Lt")],
        [.. UnicodeData.InCategory("Lm")],
        [.. UnicodeData.InCategory("Lo").Where(static c => c < 0x3000)],
        [.. UnicodeData.InCategory("Lo").Where(static c => c >= 0x3000)],
        [.. UnicodeData.InCategory("M")],
        [.. "0123456789"],
        [.. UnicodeData.InCategory("N")],
        UnicodeData.WhiteSpace,
        [' '],
        [' ', '\t', '\u00A0', '\u3000'],
        ['\r', '\n'],
        [.. "/!.,'\"-(_<|>"],
        [.. UnicodeData.InCategory("P"), .. UnicodeData.InCategory("S")],
        [.. UnicodeData.InCategory("C").Where(static c => c is < 0xD800 or > 0xDFFF)],
    ];

    private static readonly string[] Fragments =
    [
        "'s", "'t", "'re", "'ve", "'m", "'ll", "'d", "'\u017F", "'r", "'v", "'l", "'", "\u2019s", "'e", "'le", "''s",
        "<|end|>", "<|start|>", "<|", "|>", "<|en", "<|reserved_200000|>",
        "\r\n", "\n\n", " \n ", "//", "/\n/", "!\n", ".\r\n/",
        "!\u0301/\n", " \u0301s", "\u0301\u0301", "\u200D", "\uFE0F",
        "don't", "I'LL", "Ab", "aB", "ABc", "\u01C5a", " 1", "12345", "...",
        "the", " of", "\u4F60\u597D", "\u0431\u0443\u0434",
        "\U0001D400\U0001D41A", "\U00010400\U00010428", "\U0001D7D8\U0001D7D9",
    ];

    private static readonly byte[][] IllFormed =
    [
        [0x80], [0xFF], [0xC0, 0x80], [0xC3], [0xE2, 0x82], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x9F, 0x98],
        [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88], [0xC5], [0xE1, 0x80], [0xBF, 0xBF],
    ];

    private readonly Random _random = new(seed);
    private readonly List<int> _units = [];

    /// <summary>UTF-8 of about a number of runs, malformed in some places.</summary>
    public byte[] NextUtf8(int runs, bool wellFormed = false)
    {
        Fill(runs, lone: wellFormed ? null : AddIllFormed);
        var utf8 = new List<byte>();
        foreach (int unit in _units)
        {
            if (unit >= RawByte)
            {
                utf8.Add((byte)(unit - RawByte));
            }
            else
            {
                TextbookUtf8.Append(utf8, unit);
            }
        }

        return [.. utf8];
    }

    /// <summary>A string of about a number of runs, with lone surrogates in some places.</summary>
    public string NextText(int runs, bool wellFormed = false)
    {
        Fill(runs, lone: wellFormed ? null : AddLoneSurrogate);
        var text = new StringBuilder();
        foreach (int unit in _units)
        {
            text.Append(unit is >= 0xD800 and <= 0xDFFF ? ((char)unit).ToString() : char.ConvertFromUtf32(unit));
        }

        return text.ToString();
    }

    private void Fill(int runs, Action? lone)
    {
        _units.Clear();
        int count = _random.Next(1, 2 * runs);
        for (int i = 0; i < count; i++)
        {
            switch (_random.Next(40))
            {
                case < 24:
                    AddRun(Pick(Classes), _random.Next(4) == 0 ? _random.Next(1, 9) : _random.Next(1, 3));
                    break;
                case < 35:
                    AddFragment(Pick(Fragments));
                    break;
                case < 37:
                    lone?.Invoke();
                    break;
                case 37:
                    AddRun(Pick(Classes), _random.Next(60, 140));
                    break;
                case 38:
                    // No lower-case letter follows: the first part of a word gives a long run back.
                    AddRun(Pick([Classes[5], Classes[6], Classes[8]]), _random.Next(1, 3));
                    AddRun(Classes[3], _random.Next(60, 140));
                    break;
                default:
                    AddToken();
                    break;
            }
        }
    }

    private void AddRun(int[] from, int length)
    {
        bool same = _random.Next(3) == 0;
        int codePoint = Pick(from);
        for (int i = 0; i < length; i++)
        {
            _units.Add(same ? codePoint : Pick(from));
        }
    }

    private void AddFragment(string fragment)
    {
        int letterCase = _random.Next(4);
        foreach (Rune rune in fragment.EnumerateRunes())
        {
            bool upper = letterCase == 1 || (letterCase == 2 && _random.Next(2) == 0);
            _units.Add(
                upper && Rune.IsLower(rune) && rune.IsAscii ? Rune.ToUpperInvariant(rune).Value : rune.Value);
        }
    }

    /// <summary>A token of the vocabulary, if it is text: a slight change gives other merges.</summary>
    private void AddToken()
    {
        (int[] codePoints, _) = TextbookUtf8.Decode(Pick(TextbookMerge.O200kTokens));
        if (Array.IndexOf(codePoints, TextbookUtf8.Invalid) < 0)
        {
            _units.AddRange(codePoints);
        }
    }

    private void AddIllFormed()
    {
        byte[] bytes = _random.Next(4) == 0 ? [(byte)_random.Next(0x80, 0x100)] : Pick(IllFormed);
        _units.AddRange(bytes.Select(static b => RawByte + b));
    }

    private void AddLoneSurrogate() => _units.Add(_random.Next(0xD800, 0xE000));

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];
}
