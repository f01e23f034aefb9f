namespace Harmony.Bpe.Tests.Oracles;

/// <summary>UTF-8 by the table of well-formed byte sequences in the Unicode Standard (table 3-7).</summary>
internal static class TextbookUtf8
{
    /// <summary>Stands for a malformed byte.</summary>
    public const int Invalid = UnicodeData.CodePointCount;

    private static readonly (int First, int Last, (int Low, int High)[] Following)[] WellFormed =
    [
        (0x00, 0x7F, []),
        (0xC2, 0xDF, [(0x80, 0xBF)]),
        (0xE0, 0xE0, [(0xA0, 0xBF), (0x80, 0xBF)]),
        (0xE1, 0xEC, [(0x80, 0xBF), (0x80, 0xBF)]),
        (0xED, 0xED, [(0x80, 0x9F), (0x80, 0xBF)]),
        (0xEE, 0xEF, [(0x80, 0xBF), (0x80, 0xBF)]),
        (0xF0, 0xF0, [(0x90, 0xBF), (0x80, 0xBF), (0x80, 0xBF)]),
        (0xF1, 0xF3, [(0x80, 0xBF), (0x80, 0xBF), (0x80, 0xBF)]),
        (0xF4, 0xF4, [(0x80, 0x8F), (0x80, 0xBF), (0x80, 0xBF)]),
    ];

    /// <summary>The code points of a text, each invalid byte as one <see cref="Invalid"/>, and where each
    /// starts; the last start is the text's length.</summary>
    public static (int[] CodePoints, int[] Starts) Decode(ReadOnlySpan<byte> utf8)
    {
        var codePoints = new List<int>();
        var starts = new List<int>();
        for (int at = 0; at < utf8.Length;)
        {
            starts.Add(at);
            int length = LengthAt(utf8[at..], out bool complete);
            codePoints.Add(complete ? ValueOf(utf8.Slice(at, length)) : Invalid);
            at += complete ? length : 1;
        }

        starts.Add(utf8.Length);
        return ([.. codePoints], [.. starts]);
    }

    /// <summary>The text as UTF-16, with one U+FFFD for each maximal part of an ill-formed
    /// sequence.</summary>
    public static string DecodeLossily(ReadOnlySpan<byte> utf8)
    {
        var text = new System.Text.StringBuilder();
        for (int at = 0; at < utf8.Length;)
        {
            int length = LengthAt(utf8[at..], out bool complete);
            text.Append(complete ? char.ConvertFromUtf32(ValueOf(utf8.Slice(at, length))) : "\uFFFD");
            at += Math.Max(length, 1);
        }

        return text.ToString();
    }

    /// <summary>A string as UTF-8, with U+FFFD for each lone surrogate.</summary>
    public static byte[] Encode(string text)
    {
        var utf8 = new List<byte>();
        for (int i = 0; i < text.Length; i++)
        {
            int codePoint = text[i];
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                codePoint = 0x10000 + ((text[i] - 0xD800) << 10) + (text[++i] - 0xDC00);
            }
            else if (char.IsSurrogate(text[i]))
            {
                codePoint = 0xFFFD;
            }

            Append(utf8, codePoint);
        }

        return [.. utf8];
    }

    /// <summary>Appends a code point in UTF-8.</summary>
    public static void Append(List<byte> utf8, int codePoint)
    {
        if (codePoint < 0x80)
        {
            utf8.Add((byte)codePoint);
            return;
        }

        int following = codePoint < 0x800 ? 1 : codePoint < 0x10000 ? 2 : 3;
        int leadBits = following switch { 1 => 0xC0, 2 => 0xE0, _ => 0xF0 };
        utf8.Add((byte)(leadBits | codePoint >> (6 * following)));
        for (int i = following - 1; i >= 0; i--)
        {
            utf8.Add((byte)(0x80 | codePoint >> (6 * i) & 0x3F));
        }
    }

    /// <summary>The number of bytes that match the beginning of a row of the table, and whether that is the
    /// whole row.</summary>
    private static int LengthAt(ReadOnlySpan<byte> utf8, out bool complete)
    {
        foreach ((int first, int last, (int Low, int High)[] following) in WellFormed)
        {
            if (utf8[0] < first || utf8[0] > last)
            {
                continue;
            }

            int matched = 0;
            while (matched < following.Length && matched + 1 < utf8.Length
                && utf8[matched + 1] >= following[matched].Low && utf8[matched + 1] <= following[matched].High)
            {
                matched++;
            }

            complete = matched == following.Length;
            return matched + 1;
        }

        complete = false;
        return 0;
    }

    private static int ValueOf(ReadOnlySpan<byte> sequence)
    {
        int value = sequence.Length switch
        {
            1 => sequence[0],
            2 => sequence[0] & 0x1F,
            3 => sequence[0] & 0x0F,
            _ => sequence[0] & 0x07,
        };
        foreach (byte following in sequence[1..])
        {
            value = value << 6 | following & 0x3F;
        }

        return value;
    }
}
