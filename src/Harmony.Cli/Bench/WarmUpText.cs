using System.Globalization;
using System.Text;

namespace Harmony.Cli.Bench;

/// <summary>
/// Text of many scripts, made from a few words by a fixed rule: it takes the encoder through all its code,
/// and leaves none of a real file's words in its caches.
/// </summary>
internal static class WarmUpText
{
    private const int Lines = 2_000;

    /// <summary>Words that go ways of their own: longer than one window, or than the caches, can
    /// hold.</summary>
    private static readonly int[] LongWords = [100, 200, 400, 800, 1_600, 3_200];

    /// <summary>White space also comes in runs: at the start of a line, of up to more than a
    /// window.</summary>
    private const int LongestIndent = 100;
    private static readonly char[] Indents = [' ', '\t', '\n', '\u3000'];

    private static readonly string[] Stems =
    [
        "quorvex", "brindlewap", "Zantiphor", "mégalöthe", "ŞİKLEN", "вздорник", "ΦΡΥΓΩΝ", "漢霧",
        "かぜたび", "바람돌", "ריקוע", "غيمات", "पवनचक", "ลมพัด", "👩‍🚀", "☂️",
        "x_17", "fooBar", "{\"k\":", "don't", "WE'LL", "//", "==>", "\t",
    ];

    private const string Consonants = "bcdfghjklmnpqrstvwxzßñж";
    private const string Vowels = "aeiouyéаи";

    public static byte[] Create()
    {
        var text = new StringBuilder();
        var random = new Random(20240605);
        for (int line = 0; line < Lines; line++)
        {
            int words = random.Next(3, 14);
            for (int word = 0; word < words; word++)
            {
                text.Append(word == 0 ? "" : " ");
                if (random.Next(2) == 0)
                {
                    text.Append(Stems[random.Next(Stems.Length)]);
                }
                else
                {
                    AppendNewWord(text, random);
                }

                if (random.Next(4) == 0)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{random.Next(100_000)}");
                }

                if (random.Next(8) == 0)
                {
                    text.Append((char)random.Next('a', 'z' + 1), random.Next(1, 12));
                }
            }

            if (line % 100 == 0)
            {
                AppendLongWord(text, random, LongWords[line / 100 % LongWords.Length]);
            }

            text.Append(random.Next(5) == 0 ? ".\r\n\r\n" : ";\n");
            text.Append(Indents[random.Next(Indents.Length)], random.Next(LongestIndent + 1));
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Appends a word that is probably nowhere else: such words lead to all parts of the
    /// vocabulary, so that no page of it is new to the process later.</summary>
    private static void AppendNewWord(StringBuilder text, Random random)
    {
        for (int syllables = random.Next(1, 7); syllables > 0; syllables--)
        {
            text.Append(Consonants[random.Next(Consonants.Length)]);
            text.Append(Vowels[random.Next(Vowels.Length)]);
        }
    }

    private static void AppendLongWord(StringBuilder text, Random random, int length)
    {
        text.Append(' ');
        for (int i = 0; i < length; i++)
        {
            text.Append((char)random.Next('a', 'z' + 1));
        }
    }
}
