using Harmony.Bpe.Merging.LongPieces;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Tests.Oracles;
using Harmony.Bpe.Vocabulary;
using Harmony.Tests;

namespace Harmony.Bpe.Tests.Merging.LongPieces;

/// <summary>Compatibility of two tokens, and walks by themselves, against scanning and the heap.</summary>
public sealed class TokenWalkTests
{
    public static IEnumerable<TheoryDataRow<int>> Seeds =>
        Enumerable.Range(1, 24).Select(static seed => new TheoryDataRow<int>(seed));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void TestCompatibility_AllPairsOfATrainedVocabulary_IsWhatMergingThemGives(int seed)
    {
        int letters = 1 + seed % 10;
        List<byte[]> tokens = RandomVocabulary.CreateTrained(seed, merges: 30 << (seed % 4), letters);
        FrozenVocabulary vocabulary = FrozenVocabulary.OpenCopy(RandomVocabulary.Freeze(tokens));
        int[] ids = [.. Enumerable.Range(256, tokens.Count - 256), 'a', 'b', ' '];
        foreach (int left in ids)
        {
            foreach (int right in ids)
            {
                AssertTests(vocabulary, left, right);
            }
        }

        GC.KeepAlive(vocabulary);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TestCompatibility_TokensOfO200k_IsWhatMergingThemGives(int seed)
    {
        FrozenVocabulary vocabulary = FrozenVocabulary.Embedded;
        var random = new Random(seed);
        int compatible = 0;
        for (int i = 0; i < 20_000; i++)
        {
            compatible += AssertTests(
                vocabulary, random.Next(1 << random.Next(1, 18)), random.Next(1 << random.Next(1, 18))) ? 1 : 0;
        }

        Assert.InRange(compatible, 1_000, 19_900);
    }

    /// <summary>Pairs that are parts of one token, or repeat one: here the order of equal ranks
    /// decides.</summary>
    [Fact]
    public void TestCompatibility_RunsOfOneCharacter_IsWhatMergingThemGives()
    {
        FrozenVocabulary vocabulary = FrozenVocabulary.Embedded;
        foreach (string unit in (string[])["/", " ", "-", "=", "a", "\n", "*"])
        {
            int[] ids = [.. Enumerable.Range(1, 128).Select(
                length => vocabulary.Pieces.Find(System.Text.Encoding.UTF8.GetBytes(
                    string.Concat(Enumerable.Repeat(unit, length))))).Where(static id => id >= 0)];
            foreach (int left in ids)
            {
                foreach (int right in ids)
                {
                    AssertTests(vocabulary, left, right);
                }
            }
        }
    }

    /// <summary>After each stretch, whether it succeeded or not, the ids are those of the bytes that they
    /// stand for.</summary>
    [Theory]
    [InlineData("space-newline-mix")]
    [InlineData("zwj-mix")]
    [InlineData("slash-runs")]
    [InlineData("lower-case")]
    [InlineData("han")]
    [InlineData("crlf")]
    public unsafe void TryAdvance_StretchByStretch_IsTheBeginning(string name)
    {
        FrozenVocabulary vocabulary = FrozenVocabulary.Embedded;
        byte[] piece = WorstCaseTexts.Create(name, 10_000);
        var ids = new int[piece.Length];
        var pairs = new uint[TokenWalk.MaxPairs];
        fixed (byte* bytes = piece)
        fixed (uint* first = pairs)
        {
            var walk = new TokenWalk(bytes, piece.Length, vocabulary, first);
            int count = 0;
            int end = 0;
            for (int stretch = 0; stretch < 60 && end < piece.Length; stretch++)
            {
                int credit = stretch * 100;
                walk.TryAdvance(ids, ref count, ref end, ref credit);
                Assert.InRange(credit, 0, stretch * 100);
                var expected = new int[Math.Max(end, 1)];
                int expectedCount = end == 0
                    ? 0
                    : HeapMerger.Merge(piece.AsSpan(0, end), vocabulary.Merges, expected, starts: [], CancellationToken.None);
                Assert.Equal(expected.AsSpan(0, expectedCount), ids.AsSpan(0, count));
            }
        }
    }

    private static bool AssertTests(FrozenVocabulary vocabulary, int left, int right)
    {
        byte[] both = [.. vocabulary.Tokens.BytesOf(left), .. vocabulary.Tokens.BytesOf(right)];
        var ids = new int[both.Length];
        int count = ScanMerger.Merge(both, vocabulary.Merges, ids);
        bool expected = count == 2 && ids[0] == left && ids[1] == right;
        bool actual = TokenWalk.TestCompatibility(vocabulary.Merges, left, right, out int rules);
        Assert.True(expected == actual, $"{left} {right}: {string.Join(' ', ids[..count])}, tested {actual}");
        Assert.InRange(rules, 1, both.Length);
        return expected;
    }
}
