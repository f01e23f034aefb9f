using System.Text;
using Harmony.Tests;

namespace Harmony.Bpe.Tests.GuardPages;

/// <summary>The texts and lengths that are put between guard pages.</summary>
internal static class GuardedTexts
{
    /// <summary>All short lengths, and those around the windows, tails, batches, lanes and stretches of the
    /// engine.</summary>
    public static IEnumerable<int> Lengths =>
    [
        .. Enumerable.Range(0, 257),
        .. new[] { 318, 960, 1024, 1056, 2048, 4096, 8192 }.SelectMany(static edge => Enumerable.Range(edge - 2, 5)),
    ];

    public const int MaxLength = 8_200;

    public static readonly string[] Names =
        ["words", "letter", "lower-case", "han", "zalgo", "zwj-mix", "white-space-mix", "digits", "invalid-bytes", "cut-characters"];

    /// <summary>A text of a length: "words" has a bit of everything, the others are worst cases.</summary>
    public static byte[] Create(string name, int length)
    {
        if (name != "words")
        {
            return WorstCaseTexts.Create(name, length, seed: length + 1);
        }

        const string Words =
            "It's a test: don't THINK, I'LL say 1234 \u4F60\u597D\u4E16\u754C, \u043F\u0440\u0438\u0432\u0435\u0442!\r\n\r\n  "
            + "\U0001F44D\U0001F3FD caf\u00E9 e\u0301 /usr/lib//x\t \u00A0 zqxjkvbwpf<|end|> supercalifragilisticexpialidocious ";
        byte[] utf8 = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Words, MaxLength / 150)));

        // Starts elsewhere for each length, sometimes inside a character.
        return utf8[(length % 200)..(length % 200 + length)];
    }
}
