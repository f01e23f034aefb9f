using System.Text;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Tests.Generators;

/// <summary>
/// Seeded random vocabularies over a small alphabet, so that random text is full of merges. The ranks are in
/// the order of the merges, as training gives them, or shuffled, so that a merge may have a lower rank than
/// its parts, and a token may be one that no merge can reach.
/// </summary>
internal static class RandomVocabulary
{
    private const int MaxTokenLength = 45;

    /// <summary>Short texts that tokens and texts are made of.</summary>
    private static readonly byte[][] Letters =
    [
        [.. "a"u8], [.. "b"u8], [.. "c"u8], [.. "A"u8], [.. " "u8], [.. "\n"u8], [.. "1"u8], [.. "!"u8],
        [.. "\u00E9"u8], [0xFF],
    ];

    /// <summary>A small alphabet of characters of one, two and three bytes, of which some share
    /// bytes.</summary>
    public static IReadOnlyList<byte[]> Characters { get; } =
        [[.. "a"u8], [.. "b"u8], [.. "c"u8], [.. "\u00E9"u8], [.. "\u4E2D"u8], [.. "\u4E2E"u8]];

    /// <summary>Tokens by rank: the 256 single bytes, and about a number of longer ones.</summary>
    public static List<byte[]> Create(int seed, int merges, bool shuffled, int letters = 10) =>
        Create(seed, merges, shuffled, Letters[..letters]);

    /// <summary>The same over an alphabet.</summary>
    public static List<byte[]> Create(int seed, int merges, bool shuffled, IReadOnlyList<byte[]> alphabet)
    {
        var random = new Random(seed);
        List<byte[]> tokens = [.. Enumerable.Range(0, 256).Select(static b => new[] { (byte)b })];
        HashSet<string> known = [.. tokens.Select(Convert.ToHexString)];
        List<byte[]> parts = [.. alphabet.SelectMany(static letter => letter).Distinct().Select(
            static b => new[] { b })];
        for (int i = 0; i < merges; i++)
        {
            byte[] token = [.. parts[random.Next(parts.Count)], .. parts[random.Next(parts.Count)]];
            if (token.Length <= MaxTokenLength && known.Add(Convert.ToHexString(token)))
            {
                tokens.Add(token);
                parts.Add(token);
            }
        }

        if (shuffled)
        {
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tokens));
        }

        return tokens;
    }

    /// <summary>Tokens by rank, as training makes them: merging with the earlier ones leaves two parts of
    /// each new token, so that it has a higher rank than its parts.</summary>
    public static List<byte[]> CreateTrained(int seed, int merges, int letters)
    {
        var random = new Random(seed);
        List<byte[]> tokens = [.. Enumerable.Range(0, 256).Select(static b => new[] { (byte)b })];
        Dictionary<string, int> ranks = tokens.Select(static (token, rank) => (Convert.ToHexString(token), rank))
            .ToDictionary();
        List<byte[]> parts = [.. Letters.Take(letters).SelectMany(static letter => letter).Distinct().Select(
            static b => new[] { b })];
        for (int i = 0; i < merges; i++)
        {
            byte[] token = [.. parts[random.Next(parts.Count)], .. parts[random.Next(parts.Count)]];
            if (token.Length <= MaxTokenLength && CountParts(token, ranks) == 2)
            {
                ranks.Add(Convert.ToHexString(token), tokens.Count);
                tokens.Add(token);
                parts.Add(token);
            }
        }

        return tokens;
    }

    private static int CountParts(byte[] text, Dictionary<string, int> ranks)
    {
        List<byte[]> parts = [.. text.Select(static b => new[] { b })];
        while (true)
        {
            int[] candidates = [.. parts.Zip(parts.Skip(1)).Select(
                pair => ranks.GetValueOrDefault(Convert.ToHexString([.. pair.First, .. pair.Second]), int.MaxValue))];
            int best = candidates.Length == 0 ? int.MaxValue : candidates.Min();
            if (best == int.MaxValue)
            {
                return parts.Count;
            }

            int at = Array.IndexOf(candidates, best);
            parts[at] = [.. parts[at], .. parts[at + 1]];
            parts.RemoveAt(at + 1);
        }
    }

    /// <summary>A random text of the same letters.</summary>
    public static byte[] NextText(Random random, int letters, int maxLength) =>
        NextText(random, Letters[..letters], maxLength);

    /// <summary>A random text over an alphabet.</summary>
    public static byte[] NextText(Random random, IReadOnlyList<byte[]> alphabet, int maxLength)
    {
        var text = new List<byte>();
        int length = random.Next(1, maxLength + 1);
        bool runs = random.Next(3) == 0;
        while (text.Count < length)
        {
            byte[] letter = alphabet[random.Next(alphabet.Count)];
            for (int repeat = runs ? random.Next(1, random.Next(4) == 0 ? 200 : 20) : 1; repeat > 0; repeat--)
            {
                text.AddRange(letter);
            }
        }

        return [.. text];
    }

    /// <summary>A rank file in tiktoken's format.</summary>
    public static byte[] ToRankFile(IReadOnlyList<byte[]> tokens)
    {
        var file = new StringBuilder();
        for (int rank = 0; rank < tokens.Count; rank++)
        {
            file.Append(Convert.ToBase64String(tokens[rank])).Append(' ')
                .Append(rank.ToString(System.Globalization.CultureInfo.InvariantCulture)).Append('\n');
        }

        return Encoding.ASCII.GetBytes(file.ToString());
    }

    /// <summary>The frozen form, as bytes.</summary>
    public static byte[] Freeze(
        IReadOnlyList<byte[]> tokens, params IReadOnlyList<IReadOnlyDictionary<string, int>> specialTokens) =>
        Freeze(tokens, commonPieces: [], specialTokens);

    /// <summary>The same with common pieces.</summary>
    public static byte[] Freeze(
        IReadOnlyList<byte[]> tokens,
        IReadOnlyList<byte[]> commonPieces,
        params IReadOnlyList<IReadOnlyDictionary<string, int>> specialTokens) =>
        FrozenVocabularyWriter.Freeze(
            RankFile.Parse(ToRankFile(tokens), expectedSha256: default),
            FrozenVocabulary.Embedded.CharacterClassSection.ToArray(),
            commonPieces,
            specialTokens.Count == 0 ? [new Dictionary<string, int>()] : specialTokens);
}
