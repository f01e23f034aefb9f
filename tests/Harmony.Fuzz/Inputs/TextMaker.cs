using System.Text;
using Harmony.Bpe.Tests.Generators;
using Harmony.Tests;

namespace Harmony.Fuzz.Inputs;

/// <summary>Texts out of what is hard on the tokenizer: edges of the pattern, worst cases, real text, names
/// of special tokens, all of it repeated, cut, put together and damaged.</summary>
internal static class TextMaker
{
    private static readonly string[] Names =
        ["<|start|>", "<|end|>", "<|message|>", "<|channel|>", "<|endoftext|>", "<|reserved_200000|>", "<|call|>"];

    private static readonly Lazy<byte[][]> Corpora = new(static () =>
    [
        .. Directory.EnumerateFiles(RepositoryFiles.PathOf("tests/Corpora"), "*.gz").Order(StringComparer.Ordinal)
            .Select(static path => RepositoryFiles.ReadGzip(Path.GetRelativePath(RepositoryFiles.Root, path))),
    ]);

    /// <summary>A text of at most a number of bytes, well-formed or not.</summary>
    public static byte[] Next(FuzzCase one, int maxLength)
    {
        var text = new List<byte>();
        for (int parts = one.Random.Next(1, 5); parts > 0; parts--)
        {
            byte[] part = NextPart(one, maxLength);
            int repeats = one.OneIn(4) ? one.Random.Next(1, 1 << one.Random.Next(1, 12)) : 1;
            for (; repeats > 0 && text.Count < maxLength; repeats--)
            {
                text.AddRange(part);
            }
        }

        byte[] whole = [.. text];
        whole = whole[..Math.Min(whole.Length, maxLength)];
        for (int damages = one.OneIn(3) ? one.Random.Next(1, 8) : 0; damages > 0 && whole.Length > 0; damages--)
        {
            whole[one.Random.Next(whole.Length)] = (byte)one.Random.Next(256);
        }

        return whole;
    }

    private static byte[] NextPart(FuzzCase one, int maxLength)
    {
        Random random = one.Random;
        int length = random.Next(1, 1 + Math.Min(maxLength, 1 << random.Next(1, 15)));
        switch (random.Next(8))
        {
            case 0 or 1:
                return new EdgeTextGenerator(random.Next()).NextUtf8(runs: random.Next(1, 60));
            case 2:
                return WorstCaseTexts.Create(one.Pick([.. WorstCaseTexts.Names]), length, random.Next());
            case 3 when Corpora.Value.Length > 0:
                byte[] corpus = one.Pick(Corpora.Value);
                int start = random.Next(corpus.Length);
                return corpus[start..Math.Min(corpus.Length, start + length)];
            case 4:
                string name = one.Pick(Names);
                return Encoding.UTF8.GetBytes(one.OneIn(2) ? name : name[..random.Next(1, name.Length)]);
            case 5:
                var noise = new byte[Math.Min(length, 300)];
                random.NextBytes(noise);
                return noise;
            case 6:
                // A run, or a few letters in any order.
                byte[] letters = Encoding.UTF8.GetBytes(one.Pick(["a", "ab", " \n", "'sS", "\u4F60\u597D", "aA1 ", "=-", "\u0301e"]));
                return one.OneIn(2)
                    ? [.. Enumerable.Repeat(letters, length / letters.Length + 1).SelectMany(static b => b)]
                    : [.. Enumerable.Range(0, length).Select(_ => letters[random.Next(letters.Length)])];
            default:
                return Encoding.UTF8.GetBytes(new EdgeTextGenerator(random.Next()).NextText(runs: random.Next(1, 20)));
        }
    }
}
