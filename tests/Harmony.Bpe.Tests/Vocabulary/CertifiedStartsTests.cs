using System.Text;
using Harmony.Bpe.Merging;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Tests.Oracles;
using Harmony.Bpe.Vocabulary;
using Harmony.Tests;

namespace Harmony.Bpe.Tests.Vocabulary;

/// <summary>A start must be made by merging before anything else touches its bytes, whatever is around its two
/// neighbours.</summary>
public sealed class CertifiedStartsTests
{
    /// <summary>One vocabulary for each condition: without it, the ids of the text would be others. Tokens are
    /// in the order of their ranks, after the single bytes.</summary>
    [Theory]
    [InlineData("before", "ca ab", "ab", "cab", false)]
    [InlineData("after", "bc ab", "ab", "abc", false)]
    [InlineData("before, whole", "cab dc ab", "ab", "dcab", false)]
    [InlineData("after, whole", "abc cd ab", "ab", "abcd", false)]
    [InlineData("higher ranks are not risky", "ab ca bc", "ab", "cabc", true)]
    [InlineData("higher ranks are not risky, whole", "ab cab abc", "ab", "cabc", true)]
    [InlineData("edges", "ca bc ab", "ab", "ab", true)]
    [InlineData("other neighbours", "ca bc ab", "ab", "dabd", true)]
    public void OfPair_EachCondition_IsNeeded(
        string condition, string tokens, string start, string text, bool isStart)
    {
        using var vocabulary = new SmallVocabulary(tokens.Split(' ').Select(Encoding.ASCII.GetBytes));

        byte[] utf8 = Encoding.ASCII.GetBytes(text);
        int at = utf8.AsSpan().IndexOf(Encoding.ASCII.GetBytes(start));

        Assert.True(isStart == (LengthOfStart(vocabulary.Frozen, utf8, at) == 2), condition);
        AssertMerged(vocabulary.Frozen, vocabulary.Textbook, utf8);
    }

    /// <summary>The same for the three bytes of a character, written 1, 2 and 3; x and y are around it.</summary>
    [Theory]
    [InlineData("first byte, until it is joined", "12 x1 123", "x123", true)]
    [InlineData("first byte, lower", "x1 12 123", "x123", false)]
    [InlineData("first byte, bound of a join beside it", "123 x1 23", "x123", false)]
    [InlineData("last byte, bound of a join beside it", "123 3y 12", "123y", false)]
    [InlineData("last part", "23 23y 123", "123y", false)]
    [InlineData("last part, above its bound", "23 123 23y", "123y", true)]
    [InlineData("first part", "12 x12 123", "x123", false)]
    [InlineData("first part, above its bound", "12 123 x12", "x123", true)]
    [InlineData("whole", "12 123y ya 123", "123ya", false)]
    [InlineData("whole, above its bound", "12 123 123y ya", "123ya", true)]
    [InlineData("no rule makes it", "13 123", "123", false)]
    public void OfCharacter_EachCondition_IsNeeded(string condition, string tokens, string text, bool isStart)
    {
        using var vocabulary = new SmallVocabulary(tokens.Split(' ').Select(Bytes));

        byte[] utf8 = Bytes(text);
        int at = utf8.AsSpan().IndexOf(Bytes("123"));

        Assert.True(isStart == (LengthOfStart(vocabulary.Frozen, utf8, at) == 3), condition);
        AssertMerged(vocabulary.Frozen, vocabulary.Textbook, utf8);

        static byte[] Bytes(string text) =>
            [.. text.Select(static c => c is >= '1' and <= '3' ? "\u4E2D"u8[c - '1'] : (byte)c)];
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Starts_RandomVocabularies_AreMadeFirst(bool shuffled)
    {
        int starts = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            IReadOnlyList<byte[]> alphabet =
                [.. RandomVocabulary.Characters.OrderBy(_ => random.Next()).Take(random.Next(2, 7))];
            using var vocabulary = new SmallVocabulary(
                RandomVocabulary.Create(seed, merges: random.Next(10, 200), shuffled, alphabet));
            for (int i = 0; i < 60; i++)
            {
                byte[] text = RandomVocabulary.NextText(random, alphabet, maxLength: 40);
                text = text[..Math.Min(text.Length, 60)];
                if (random.Next(3) == 0)
                {
                    // Malformed: cut inside characters, or with a byte changed.
                    text = text[random.Next(text.Length)..];
                    text[random.Next(text.Length)] = alphabet[0][^1];
                }

                starts += AssertStartsAreMadeFirst(vocabulary.Frozen, vocabulary.Textbook, text);
                AssertMerged(vocabulary.Frozen, vocabulary.Textbook, text);
            }
        }

        Assert.True(starts > 1_000, $"Only {starts} starts were seen.");
    }

    [Fact]
    public void Starts_RealText_AreMadeFirst()
    {
        int starts = 0;
        foreach (string corpus in (string[])["cjk", "arabic_hebrew_indic_thai", "cyrillic_greek", "english_prose"])
        {
            byte[] text = RepositoryFiles.ReadGzip($"tests/Corpora/{corpus}.txt.gz");
            for (int at = 0; at + 60 <= 30_000; at += 53)
            {
                byte[] piece = text[at..(at + 60)];
                starts += AssertStartsAreMadeFirst(FrozenVocabulary.Embedded, TextbookMerge.O200k, piece);
                AssertMerged(FrozenVocabulary.Embedded, TextbookMerge.O200k, piece);
            }
        }

        Assert.True(starts > 20_000, $"Only {starts} starts were seen.");
    }

    /// <summary>All that the table calls a start is followed through the textbook's joins: none may cross its
    /// borders until it is one token, and after that none may have a rank below one inside.</summary>
    private static int AssertStartsAreMadeFirst(FrozenVocabulary vocabulary, TextbookMerge textbook, byte[] text)
    {
        int starts = 0;
        int[] formed = FormedBy(textbook, text);
        for (int at = 0; at < text.Length; at++)
        {
            int length = LengthOfStart(vocabulary, text, at);
            if (length == 0)
            {
                continue;
            }

            // By border: the number of the join that removes it.
            int inside = formed[(at + 1)..(at + length)].Max();
            Assert.True(
                inside != int.MaxValue && formed[at] > inside && formed[at + length] > inside,
                $"{Convert.ToHexString(text)}: bytes {at} to {at + length} are not made first.");
            starts++;
        }

        return starts;
    }

    /// <summary>For each border between two bytes, the number of the join that removes it; the highest number
    /// if none does.</summary>
    private static int[] FormedBy(TextbookMerge textbook, byte[] text)
    {
        int[] formed = [.. Enumerable.Repeat(int.MaxValue, text.Length + 1)];
        List<int> borders = [.. Enumerable.Range(0, text.Length + 1)];
        for (int join = 0; ; join++)
        {
            int best = -1;
            int lowest = int.MaxValue;
            for (int i = 0; i + 2 < borders.Count; i++)
            {
                int rank = textbook.RankOf(text.AsSpan(borders[i]..borders[i + 2]));
                if (rank >= 0 && rank < lowest)
                {
                    best = i;
                    lowest = rank;
                }
            }

            if (best < 0)
            {
                return formed;
            }

            formed[borders[best + 1]] = join;
            borders.RemoveAt(best + 1);
        }
    }

    private static int LengthOfStart(FrozenVocabulary vocabulary, ReadOnlySpan<byte> text, int at)
    {
        CertifiedStarts starts = vocabulary.Merges.Starts;
        if (at + 2 < text.Length && text[at] is >= 0xE0 and < 0xF0 && text[at + 1] >> 6 == 2 && text[at + 2] >> 6 == 2
            && IsStart(text, starts.OfCharacter(text[at], text[at + 1], text[at + 2]), 3))
        {
            return 3;
        }

        return at + 1 < text.Length && IsStart(text, starts.OfPair(text[at], text[at + 1]), 2) ? 2 : 0;

        bool IsStart(ReadOnlySpan<byte> text, ulong record, int length) =>
            CertifiedStarts.IsStart(
                record,
                at > 0 ? starts.ClassOf(text[at - 1]) : CertifiedStarts.EdgeClass,
                at + length < text.Length ? starts.ClassOf(text[at + length]) : CertifiedStarts.EdgeClass) != 0;
    }

    private static void AssertMerged(FrozenVocabulary vocabulary, TextbookMerge textbook, byte[] text)
    {
        var ids = new int[text.Length];
        int count = LaneMerger.MergeOne(text, vocabulary.Merges, ids);
        Assert.Equal(textbook.Merge(text), ids[..count]);
    }

    private sealed class SmallVocabulary : IDisposable
    {
        public SmallVocabulary(IEnumerable<byte[]> tokens)
        {
            List<byte[]> all = [.. tokens];
            List<byte[]> bytes = [.. Enumerable.Range(0, 256).Select(static value => new[] { (byte)value })];
            all = all.Exists(static token => token.Length == 1) ? all : [.. bytes, .. all];
            Frozen = FrozenVocabulary.OpenCopy(RandomVocabulary.Freeze(all));
            Textbook = new TextbookMerge(all);
        }

        public FrozenVocabulary Frozen { get; }

        public TextbookMerge Textbook { get; }

        // The tables are pointers, which keep nothing alive.
        public void Dispose() => GC.KeepAlive(Frozen);
    }
}
