using System.Text;

namespace Harmony.Tests;

/// <summary>
/// Texts that are hard on a tokenizer: long pieces that merge at every byte, runs that never come to an end, noise
/// that nothing remembers, bytes that are no text. Same name, length and seed, same bytes; the seed changes those
/// that are random.
/// </summary>
internal static class WorstCaseTexts
{
    private const string LowerCase = "abcdefghijklmnopqrstuvwxyz";
    private const string Base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private const string WhiteSpace =
        " \t\u000B\u000C\u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029"
        + "\u202F\u205F\u3000";

    private static readonly string[] People = ["\U0001F468", "\U0001F469", "\U0001F467", "\U0001F466", "\U0001F9D1\U0001F3FD"];

    private static readonly Dictionary<string, Func<Random, IEnumerable<string>>> Generators = new()
    {
        ["letter"] = static _ => Forever("a"),
        ["ab"] = static _ => Forever("ab"),
        ["spaces"] = static _ => Forever(" "),
        ["newlines"] = static _ => Forever("\n"),
        ["space-newline"] = static _ => Forever(" \n"),
        ["space-newline-mix"] = static random => AnyOf(random, [" ", "\n"]),
        ["crlf"] = static _ => Forever("\r\n"),
        ["carets"] = static _ => Forever("^"),
        ["base64"] = static random => AnyOf(random, LettersOf(Base64)),
        ["lower-case"] = static random => AnyOf(random, LettersOf(LowerCase)),
        ["one-han"] = static _ => Forever("\u4F60"),
        ["han"] = static random => Any(random, 0x4E00, 0x9FA5),
        ["marks"] = static _ => Forever("\u0301").Prepend("e"),
        ["zalgo"] = Zalgo,
        ["zwj-family"] = static _ => Forever("\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D"),
        ["zwj-mix"] = static random => AnyOf(random, People).SelectMany(static person => new[] { person, "\u200D" }),
        ["digits"] = static random => AnyOf(random, LettersOf("0123456789")),
        ["apostrophes"] = static _ => Forever("'"),
        ["alternating-case"] = static _ => Forever("aB"),
        ["slash-runs"] = static random => Runs(random, "/", 250, 4_300).SelectMany(
            run => new[] { run, random.Next(2) == 0 ? "\n" : "/\u0301" }),
        ["space-runs"] = static random => Runs(random, " ", 100, 1_000).SelectMany(static run => new[] { run, "x" }),
        ["slash-equals-runs"] = static random => Runs(random, "/", 1, 250).Zip(
            Runs(random, "=", 1, 250), static (slashes, equals) => slashes + equals),
        ["space-tab-runs"] = static random => Runs(random, " ", 3, 800).SelectMany(
            run => AnyOf(random, [" ", "\t"]).Take(50).Prepend(run)),
        ["long-words"] = static random => Runs(random, " ", 1, 2).SelectMany(
            space => AnyOf(random, LettersOf(LowerCase)).Take(random.Next(255, 700)).Append(space)),
        ["look-alikes"] = static random => AnyOf(random, ["<|", "<|end|", "<|reserved_20000", "<|start", "<|en"]),
        ["white-space-mix"] = static random => AnyOf(random, LettersOf(WhiteSpace)),
    };

    /// <summary>The names of all texts.</summary>
    public static IEnumerable<string> Names => [.. Generators.Keys, "invalid-byte", "invalid-bytes", "cut-characters"];

    /// <summary>A text of the given name and length in bytes.</summary>
    public static byte[] Create(string name, int length, int seed = 1)
    {
        var random = new Random(seed);
        var text = new byte[length];
        switch (name)
        {
            case "invalid-byte":
                text.AsSpan().Fill(0xFF);
                return text;
            case "invalid-bytes":
                for (int i = 0; i < length; i++)
                {
                    text[i] = (byte)random.Next(0x80, 0x100);
                }

                return text;
            case "cut-characters":
                // Characters of four bytes without their last.
                for (int i = 0; i < length; i++)
                {
                    text[i] = (i % 3) switch { 0 => 0xF0, 1 => 0x9F, _ => 0x98 };
                }

                return text;
            default:
                Fill(text, Generators[name](random));
                return text;
        }
    }

    /// <summary>Whole characters as long as there is room, then spaces.</summary>
    private static void Fill(Span<byte> text, IEnumerable<string> units)
    {
        foreach (string unit in units)
        {
            if (!Encoding.UTF8.TryGetBytes(unit, text, out int written))
            {
                text.Fill((byte)' ');
                return;
            }

            text = text[written..];
        }
    }

    private static IEnumerable<string> Forever(string unit) => Enumerable.Repeat(unit, int.MaxValue);

    private static IEnumerable<string> AnyOf(Random random, string[] units)
    {
        while (true)
        {
            yield return units[random.Next(units.Length)];
        }
    }

    private static IEnumerable<string> Any(Random random, int first, int last)
    {
        while (true)
        {
            yield return char.ConvertFromUtf32(random.Next(first, last + 1));
        }
    }

    /// <summary>Letters under heaps of marks.</summary>
    private static IEnumerable<string> Zalgo(Random random)
    {
        while (true)
        {
            yield return LowerCase[random.Next(LowerCase.Length)].ToString();
            for (int marks = random.Next(5, 40); marks > 0; marks--)
            {
                yield return char.ConvertFromUtf32(random.Next(0x0300, 0x0370));
            }
        }
    }

    private static IEnumerable<string> Runs(Random random, string unit, int least, int most)
    {
        while (true)
        {
            yield return string.Concat(Enumerable.Repeat(unit, random.Next(least, most)));
        }
    }

    private static string[] LettersOf(string letters) => [.. letters.Select(static letter => letter.ToString())];
}
