using System.Globalization;
using System.Text;
using Harmony.Tests;

namespace Harmony.Bpe.Tests.Oracles;

/// <summary>Byte-pair merging by the textbook: join the adjacent pair whose bytes together have the lowest
/// rank, the leftmost of equals, until no pair has a rank. Byte strings are kept as Latin-1 text.</summary>
internal sealed class TextbookMerge
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ranks;

    public TextbookMerge(IReadOnlyList<byte[]> tokens)
    {
        var ranks = new Dictionary<string, int>(tokens.Count, StringComparer.Ordinal);
        for (int rank = 0; rank < tokens.Count; rank++)
        {
            ranks.Add(Encoding.Latin1.GetString(tokens[rank]), rank);
        }

        _ranks = ranks.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The tokens of o200k_base, by rank.</summary>
    public static IReadOnlyList<byte[]> O200kTokens { get; } = ReadO200k();

    public static TextbookMerge O200k { get; } = new(O200kTokens);

    /// <summary>The rank of a byte string, or −1.</summary>
    public int RankOf(ReadOnlySpan<byte> token) =>
        _ranks.TryGetValue(Encoding.Latin1.GetString(token), out int rank) ? rank : -1;

    /// <summary>The ids of a piece: its rank if it has one, else those of its merged parts.</summary>
    public int[] Encode(ReadOnlySpan<byte> piece)
    {
        int whole = RankOf(piece);
        return whole >= 0 ? [whole] : Merge(piece);
    }

    /// <summary>The ids of the merged parts of a piece.</summary>
    public int[] Merge(ReadOnlySpan<byte> piece)
    {
        ReadOnlySpan<char> text = Encoding.Latin1.GetString(piece);
        List<int> borders = [.. Enumerable.Range(0, piece.Length + 1)];
        while (true)
        {
            int best = -1;
            int lowest = int.MaxValue;
            for (int i = 0; i + 2 < borders.Count; i++)
            {
                if (_ranks.TryGetValue(text[borders[i]..borders[i + 2]], out int rank) && rank < lowest)
                {
                    best = i;
                    lowest = rank;
                }
            }

            if (best < 0)
            {
                break;
            }

            borders.RemoveAt(best + 1);
        }

        var ids = new int[borders.Count - 1];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = _ranks[text[borders[i]..borders[i + 1]]];
        }

        return ids;
    }

    private static byte[][] ReadO200k()
    {
        string[] lines = File.ReadAllLines(RepositoryFiles.PathOf("vocab/o200k_base.tiktoken"));
        var tokens = new byte[lines.Length][];
        foreach (string line in lines)
        {
            string[] parts = line.Split(' ');
            tokens[int.Parse(parts[1], CultureInfo.InvariantCulture)] = Convert.FromBase64String(parts[0]);
        }

        return tokens;
    }
}
