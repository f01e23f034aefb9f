using System.Text;
using Harmony.Bpe;

namespace Harmony.RealEngines.Tests.Model;

/// <summary>The vocabulary as GGUF files have it: tokens as printable text, and the merges that make
/// them.</summary>
internal static class GgufVocabulary
{
    private const uint Normal = 1;
    private const uint Control = 3;

    private static readonly char[] Printable = MapBytes();

    public static void Write(GgufFile file, BpeTokenizer tokenizer, int size)
    {
        int ranked = tokenizer.RankedTokenCount;
        int[] ids = [.. Enumerable.Range(0, size)];
        file.Add("tokenizer.ggml.model", "gpt2");
        file.Add("tokenizer.ggml.pre", "gpt-4o");
        file.Add("tokenizer.ggml.tokens", Array.ConvertAll(ids, id => Name(tokenizer, id)));
        file.Add("tokenizer.ggml.token_type", Array.ConvertAll(ids, id => id < ranked ? Normal : Control));
        file.Add(
            "tokenizer.ggml.merges",
            [.. ids.Take(ranked).Select(id => Merge(tokenizer, id)).OfType<byte[]>()]);
        file.Add("tokenizer.ggml.bos_token_id", (uint)IdOf(tokenizer, "<|startoftext|>"));
        file.Add("tokenizer.ggml.eos_token_id", (uint)IdOf(tokenizer, "<|return|>"));
        file.Add("tokenizer.ggml.padding_token_id", (uint)IdOf(tokenizer, "<|endoftext|>"));
        file.Add("tokenizer.ggml.add_bos_token", false);
    }

    private static int IdOf(BpeTokenizer tokenizer, string special) =>
        tokenizer.SpecialTokens.TryGetId(special, out int id) ? id : throw new ArgumentException(special);

    private static byte[] Name(BpeTokenizer tokenizer, int id) =>
        id < tokenizer.RankedTokenCount ? Text(tokenizer.GetTokenBytes(id))
        : tokenizer.SpecialTokens.TryGetName(id, out string? name) ? Encoding.UTF8.GetBytes(name)
        : Encoding.UTF8.GetBytes($"<|reserved_{id}|>");

    /// <summary>The two tokens that a token is merged of, with a space between; null for a single
    /// byte.</summary>
    private static byte[]? Merge(BpeTokenizer tokenizer, int id)
    {
        ReadOnlySpan<byte> bytes = tokenizer.GetTokenBytes(id);
        int split = LastSplit(tokenizer, id, bytes);
        return split == 0 ? null : [.. Text(bytes[..split]), (byte)' ', .. Text(bytes[split..])];
    }

    /// <summary>Merges the token's bytes, lowest rank first, until two parts are left.</summary>
    /// <returns>Where the second part begins; 0 if there are no two parts.</returns>
    private static int LastSplit(BpeTokenizer tokenizer, int token, ReadOnlySpan<byte> bytes)
    {
        List<int> starts = [.. Enumerable.Range(0, bytes.Length + 1)];
        while (starts.Count > 3)
        {
            (int Rank, int At) best = (token, 0);
            for (int i = 0; i + 2 < starts.Count; i++)
            {
                if (tokenizer.TryGetId(bytes[starts[i]..starts[i + 2]], out int rank) && rank < best.Rank)
                {
                    best = (rank, i + 1);
                }
            }

            if (best.At == 0)
            {
                return 0;
            }

            starts.RemoveAt(best.At);
        }

        return starts.Count == 3 ? starts[1] : 0;
    }

    private static byte[] Text(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (byte one in bytes)
        {
            text.Append(Printable[one]);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>GPT-2's alphabet: a printable byte of Latin-1 is itself, the others follow from U+0100
    /// on.</summary>
    private static char[] MapBytes()
    {
        var map = new char[256];
        char next = '\u0100';
        for (int i = 0; i < map.Length; i++)
        {
            map[i] = i is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE ? (char)i : next++;
        }

        return map;
    }
}
