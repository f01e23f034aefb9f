using System.Text;
using Harmony.Bpe;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Tests.Oracles;

namespace Harmony.Fuzz.Targets;

/// <summary>Rank files, damaged: a clear error, or a tokenizer that does what the textbook does with
/// them.</summary>
internal sealed class RankFileTarget : IFuzzTarget
{
    public string Name => "ranks";

    public void Run(FuzzCase one)
    {
        int letters = one.Random.Next(1, 11);
        List<byte[]> tokens = RandomVocabulary.Create(
            one.Random.Next(), 1 << one.Random.Next(0, 8), shuffled: one.OneIn(2), letters);
        byte[] file = RandomVocabulary.ToRankFile(tokens);
        bool isDamaged = !one.OneIn(4);
        if (isDamaged)
        {
            file = Damage(one, file);
        }

        one.Note("file", file);
        try
        {
            using var stream = new MemoryStream(file);
            BpeTokenizer tokenizer = BpeTokenizer.LoadRankFile(stream);
            byte[] text = RandomVocabulary.NextText(one.Random, letters, 300);
            int[] ids = tokenizer.Encode(text);
            FuzzException.ThrowUnlessEqual<byte>(text, tokenizer.DecodeBytes(ids), "decoded");
            if (!isDamaged)
            {
                var textbook = new TextbookTokenizer(new TextbookMerge(tokens), new Dictionary<string, int>());
                FuzzException.ThrowUnlessEqual<int>([.. textbook.Encode(text)], ids, "against the textbook");
            }
        }
        catch (VocabularyException e) when (isDamaged)
        {
            FuzzException.ThrowUnless(e.Message.Length > 0, "no message");
        }
    }

    private static byte[] Damage(FuzzCase one, byte[] file)
    {
        var damaged = new List<byte>(file);
        for (int damages = one.Random.Next(1, 4); damages > 0 && damaged.Count > 0; damages--)
        {
            int at = one.Random.Next(damaged.Count);
            int length = one.Random.Next(Math.Min(30, damaged.Count - at) + 1);
            switch (one.Random.Next(5))
            {
                case 0:
                    damaged.RemoveRange(at, length);
                    break;
                case 1:
                    damaged.InsertRange(at, damaged.GetRange(at, length));
                    break;
                case 2:
                    damaged.InsertRange(at, Encoding.ASCII.GetBytes(one.Pick(["\n", " ", "=", "99999999999", "\r\n", "-1", "YQ== 5\n"])));
                    break;
                case 3:
                    damaged.RemoveRange(at, damaged.Count - at);
                    damaged.Add((byte)'\n');
                    break;
                default:
                    damaged[at] = (byte)one.Random.Next(256);
                    break;
            }
        }

        return [.. damaged];
    }
}
