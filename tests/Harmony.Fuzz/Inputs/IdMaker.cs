using Harmony.Bpe;

namespace Harmony.Fuzz.Inputs;

/// <summary>Ids: completions with their markers in and out of place, words of headers, text, ids of no
/// token.</summary>
internal static class IdMaker
{
    private static readonly int[] Markers =
        [200_006, 200_007, 200_008, 200_005, 200_003, 200_002, 200_012, 199_999, 200_000, 201_087];

    private static readonly string[] Words =
    [
        "assistant", "user", "system", "developer", "tool", "functions.f", " to=functions.f", "final", "analysis",
        "commentary", " json", " code", "to=", " ", "\n", "<|channel|>", "<|start|>", "browser.search", ":", "\u4F60", "\uD83D\uDC4D",
        " to=all", "assistant to=x", "{\"a\":1}", "Hello.", "<",
    ];

    /// <summary>Any ids.</summary>
    public static int[] Next(FuzzCase one, int maxLength)
    {
        var ids = new List<int>();
        bool known = one.OneIn(2);
        for (int length = one.Random.Next(maxLength); ids.Count < length;)
        {
            switch (one.Random.Next(4))
            {
                case 0:
                    ids.Add(one.Pick(Markers));
                    break;
                case 1:
                    ids.AddRange(BpeTokenizer.O200kHarmony.Encode(TextMaker.Next(one, 200), EncodeOptions.AllSpecial));
                    break;
                case 2 when !known && one.OneIn(20):
                    ids.Add(one.Pick([-1, 201_088, int.MaxValue, int.MinValue, one.Random.Next()]));
                    break;
                default:
                    ids.Add(one.Random.Next(199_998));
                    break;
            }
        }

        return [.. ids];
    }

    /// <summary>Ids that nearly follow the grammar of completions.</summary>
    public static int[] NextCompletion(FuzzCase one)
    {
        var ids = new List<int>();
        for (int messages = one.Random.Next(1, 6); messages > 0; messages--)
        {
            AddUnless(one, ids, 200_006);
            AddWords(one, ids);
            if (one.OneIn(2))
            {
                AddUnless(one, ids, 200_005);
                AddWords(one, ids);
            }

            if (one.OneIn(4))
            {
                AddUnless(one, ids, 200_003);
                AddWords(one, ids);
            }

            AddUnless(one, ids, 200_008);
            ids.AddRange(one.OneIn(3) ? Next(one, 30) : BpeTokenizer.O200kHarmony.Encode(
                TextMaker.Next(one, 300), EncodeOptions.Ordinary));
            AddUnless(one, ids, one.Pick([200_007, 200_007, 200_002, 200_012]));
        }

        for (int damages = one.OneIn(3) ? one.Random.Next(1, 5) : 0; damages > 0; damages--)
        {
            int at = one.Random.Next(ids.Count);
            ids[at] = one.OneIn(2) ? one.Pick(Markers) : one.Random.Next(-1, 201_100);
        }

        return [.. ids];
    }

    private static void AddUnless(FuzzCase one, List<int> ids, int marker)
    {
        if (!one.OneIn(12))
        {
            ids.Add(marker);
        }
    }

    private static void AddWords(FuzzCase one, List<int> ids)
    {
        for (int words = one.Random.Next(1, 4); words > 0; words--)
        {
            ids.AddRange(BpeTokenizer.O200kHarmony.Encode(one.Pick(Words), EncodeOptions.Ordinary));
        }
    }
}
