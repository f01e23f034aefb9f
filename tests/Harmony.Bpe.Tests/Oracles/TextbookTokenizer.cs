using System.Text;

namespace Harmony.Bpe.Tests.Oracles;

/// <summary>Text to ids in the slow and obvious way, without any code of the library.</summary>
internal sealed class TextbookTokenizer(TextbookMerge merge, IReadOnlyDictionary<string, int> specialTokens)
{
    public static TextbookTokenizer O200kHarmony { get; } = new(TextbookMerge.O200k, HarmonySpecialTokens());

    public IReadOnlyDictionary<string, int> SpecialTokens { get; } = specialTokens;

    /// <summary>Text without special tokens to ids.</summary>
    public List<int> Encode(ReadOnlySpan<byte> utf8)
    {
        var ids = new List<int>();
        AddOrdinary(utf8, ids);
        return ids;
    }

    /// <summary>Text to ids, where the leftmost special token (of two that start at one place, the longer)
    /// becomes its id.</summary>
    public List<int> Encode(ReadOnlySpan<byte> utf8, IReadOnlySet<string> allowed)
    {
        (byte[] Name, int Id)[] names =
            [.. SpecialTokens.Where(token => allowed.Contains(token.Key))
                .Select(static token => (Encoding.UTF8.GetBytes(token.Key), token.Value))
                .OrderByDescending(static token => token.Item1.Length)];
        var ids = new List<int>();
        int start = 0;
        for (int at = 0; at < utf8.Length;)
        {
            (byte[] Name, int Id) found = default;
            foreach ((byte[] Name, int Id) candidate in names)
            {
                if (found.Name is null && utf8[at..].StartsWith(candidate.Name))
                {
                    found = candidate;
                }
            }

            if (found.Name is null)
            {
                at++;
                continue;
            }

            AddOrdinary(utf8[start..at], ids);
            ids.Add(found.Id);
            at += found.Name.Length;
            start = at;
        }

        AddOrdinary(utf8[start..], ids);
        return ids;
    }

    private void AddOrdinary(ReadOnlySpan<byte> utf8, List<int> ids)
    {
        int start = 0;
        foreach (int end in TextbookSplitter.Split(utf8))
        {
            ids.AddRange(merge.Encode(utf8[start..end]));
            start = end;
        }
    }

    // As the description of the format lists them: some with names, all others from 200000 to 201088
    // reserved.
    private static Dictionary<string, int> HarmonySpecialTokens()
    {
        var tokens = new Dictionary<string, int>
        {
            ["<|startoftext|>"] = 199998,
            ["<|endoftext|>"] = 199999,
            ["<|return|>"] = 200002,
            ["<|constrain|>"] = 200003,
            ["<|channel|>"] = 200005,
            ["<|start|>"] = 200006,
            ["<|end|>"] = 200007,
            ["<|message|>"] = 200008,
            ["<|call|>"] = 200012,
        };
        foreach (int id in Enumerable.Range(200000, 1089).Except(tokens.Values).ToArray())
        {
            tokens.Add($"<|reserved_{id}|>", id);
        }

        return tokens;
    }
}
