using System.Buffers.Binary;

namespace Harmony.Bpe.Vocabulary;

/// <summary>
/// Makes the section of <see cref="CertifiedStarts"/>. The bytes of a start are merged alone, and each part
/// that stands at one of the two borders meanwhile is asked which neighbours could take it away: those with
/// which it has a rule whose rank is not above what is joined inside while it stands there.
/// </summary>
internal sealed class CertifiedStartsBuilder
{
    private readonly IReadOnlyList<byte[]> _tokens;
    private readonly Dictionary<ulong, int> _rules = [];

    // By token: the rules in which it is the left part, and the right part; the lowest rank first.
    private readonly List<Rule>?[] _withRight;
    private readonly List<Rule>?[] _withLeft;
    private readonly int[] _byteTokens = new int[256];

    private CertifiedStartsBuilder(IReadOnlyList<byte[]> tokens, ulong[] splits)
    {
        _tokens = tokens;
        _withRight = new List<Rule>?[tokens.Count];
        _withLeft = new List<Rule>?[tokens.Count];
        for (int id = 0; id < tokens.Count; id++)
        {
            if (tokens[id] is [byte value])
            {
                _byteTokens[value] = id;
            }

            if (splits[id] != MergeTable.NoSplit)
            {
                int left = (int)(uint)splits[id];
                int right = (int)(splits[id] >> 32);
                _rules.Add(splits[id], id);
                (_withRight[left] ??= []).Add(new Rule(id, tokens[right][0]));
                (_withLeft[right] ??= []).Add(new Rule(id, tokens[left][^1]));
            }
        }
    }

    /// <summary>Makes the section.</summary>
    public static byte[] Build(IReadOnlyList<byte[]> tokens, ulong[] splits)
    {
        var builder = new CertifiedStartsBuilder(tokens, splits);
        var section = new byte[CertifiedStarts.Length];
        section.AsSpan().Fill(0xFF);
        for (int value = 0; value < 256; value++)
        {
            section[value] = ClassOf((byte)value);
        }

        Span<byte> pairs = section.AsSpan(256);
        Span<byte> characters = pairs[(CertifiedStarts.PairCount * sizeof(ulong))..];
        foreach (byte[] token in tokens)
        {
            if (token is [byte first, byte second])
            {
                Write(pairs, first << 8 | second, builder.RecordOf(token));
            }
            else if (token is [>= 0xE0 and < 0xF0, >= 0x80 and < 0xC0, >= 0x80 and < 0xC0])
            {
                Write(characters, CertifiedStarts.IndexOf(token[0], token[1], token[2]), builder.RecordOf(token));
            }
        }

        return section;

        static void Write(Span<byte> records, int index, ulong record) =>
            BinaryPrimitives.WriteUInt64LittleEndian(records[(index * sizeof(ulong))..], record);
    }

    /// <summary>The class of a byte as a neighbour. Bytes that are close to each other, such as those of one
    /// script, are in different classes.</summary>
    private static byte ClassOf(byte value) => (byte)(value % CertifiedStarts.EdgeClass);

    /// <summary>The record of a token's bytes.</summary>
    private ulong RecordOf(byte[] token)
    {
        List<int> parts = [.. token.Select(value => _byteTokens[value])];

        // The parts that stood at the two borders, and the ranks of the joins inside, in order.
        List<(int Part, int From)> firsts = [(parts[0], 0)];
        List<(int Part, int From)> lasts = [(parts[^1], 0)];
        List<int> ranks = [];
        while (parts.Count > 1)
        {
            int best = LowestPair(parts);
            if (best < 0)
            {
                return CertifiedStarts.NoStart;
            }

            parts[best] = RankOf(parts, best);
            parts.RemoveAt(best + 1);
            ranks.Add(parts[best]);
            if (best == 0)
            {
                firsts.Add((parts[0], ranks.Count));
            }

            if (best == parts.Count - 1)
            {
                lasts.Add((parts[^1], ranks.Count));
            }
        }

        ulong before = RiskyClasses(firsts, ranks, _withLeft);
        ulong after = RiskyClasses(lasts, ranks, _withRight);
        return (uint)parts[0] | before << CertifiedStarts.BeforeShift | after << CertifiedStarts.AfterShift;
    }

    /// <summary>The classes of the bytes next to a border that are risky for one of the parts that stood
    /// there.</summary>
    private static ulong RiskyClasses(List<(int Part, int From)> parts, List<int> ranks, List<Rule>?[] rulesOf)
    {
        ulong classes = 0;
        for (int i = 0; i < parts.Count; i++)
        {
            // The highest rank that is joined inside while the part stands there. The whole token comes last;
            // it must not be taken away before the bytes would have become it.
            int from = parts[i].From;
            int bound = from < ranks.Count ? ranks[from..EndOf(i)].Max() : ranks.Max();
            foreach (Rule rule in rulesOf[parts[i].Part] ?? [])
            {
                if (rule.Rank > bound)
                {
                    break;
                }

                classes |= 1UL << ClassOf(rule.Neighbour);
            }
        }

        return classes;

        int EndOf(int i) => i + 1 < parts.Count ? parts[i + 1].From : ranks.Count;
    }

    private int LowestPair(List<int> parts)
    {
        int best = -1;
        int lowest = int.MaxValue;
        for (int i = 0; i + 1 < parts.Count; i++)
        {
            int rank = RankOf(parts, i);
            if (rank < lowest)
            {
                best = i;
                lowest = rank;
            }
        }

        return best;
    }

    private int RankOf(List<int> parts, int at) =>
        _rules.GetValueOrDefault(MergeTable.Split(parts[at], parts[at + 1]), int.MaxValue);

    /// <summary>A rule of a part with a neighbour: its rank, and the neighbour's byte at the
    /// border.</summary>
    private readonly record struct Rule(int Rank, byte Neighbour);
}
