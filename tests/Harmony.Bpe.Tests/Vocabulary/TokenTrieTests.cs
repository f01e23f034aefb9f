using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Tests.Vocabulary;

/// <summary>The trie of tokens against the list of tokens.</summary>
public sealed class TokenTrieTests
{
    public static IEnumerable<TheoryDataRow<int, bool>> RandomVocabularies =>
        Enumerable.Range(1, 24).Select(static seed => new TheoryDataRow<int, bool>(seed, seed % 2 == 0));

    [Theory]
    [MemberData(nameof(RandomVocabularies))]
    public void FindPrefixes_RandomVocabulary_FindsTheTokensThatMergingForms(int seed, bool trained)
    {
        int letters = 1 + seed % 10;
        List<byte[]> tokens = trained
            ? RandomVocabulary.CreateTrained(seed, merges: 30 << (seed % 5), letters)
            : RandomVocabulary.Create(seed, merges: 5 << (seed % 5), shuffled: false, letters);
        FrozenVocabulary vocabulary = FrozenVocabulary.OpenCopy(RandomVocabulary.Freeze(tokens));
        if (!IsOrdered(vocabulary, tokens.Count))
        {
            Assert.True(vocabulary.Trie.IsEmpty);
            GC.KeepAlive(vocabulary);
            return;
        }

        var random = new Random(seed);
        for (int i = 0; i < 200; i++)
        {
            AssertFinds(vocabulary, RandomVocabulary.NextText(random, letters, 60));
        }

        for (int i = 0; i < 256; i++)
        {
            AssertFinds(vocabulary, [(byte)i, (byte)(255 - i)]);
        }

        GC.KeepAlive(vocabulary);
    }

    [Fact]
    public void FindPrefixes_TokensOfO200k_FindsThem()
    {
        FrozenVocabulary vocabulary = FrozenVocabulary.Embedded;
        for (int id = 0; id < vocabulary.Tokens.Count; id += 7)
        {
            AssertFinds(vocabulary, vocabulary.Tokens.BytesOf(id));
        }
    }

    [Fact]
    public void FindPrefixes_RandomBytes_FindsTokens()
    {
        var random = new Random(1);
        var text = new byte[12];
        for (int i = 0; i < 20_000; i++)
        {
            random.NextBytes(text);
            AssertFinds(FrozenVocabulary.Embedded, text.AsSpan(0, random.Next(1, 13)));
        }
    }

    [Fact]
    public void Trie_RankBelowItsPartsRanks_IsEmpty()
    {
        // "abc" is merged from "ab" and "c".
        List<byte[]> tokens = [.. Enumerable.Range(0, 256).Select(static b => new[] { (byte)b })];
        tokens.AddRange([[.. "abc"u8], [.. "ab"u8]]);

        Assert.True(FrozenVocabulary.OpenCopy(RandomVocabulary.Freeze(tokens)).Trie.IsEmpty);
    }

    [Theory]
    [InlineData(TokenTrie.MaxTokenLength, false)]
    [InlineData(TokenTrie.MaxTokenLength + 1, true)]
    public void Trie_LongestToken_IsLimited(int longest, bool isEmpty)
    {
        List<byte[]> tokens = [.. Enumerable.Range(0, 256).Select(static b => new[] { (byte)b })];
        for (int length = 2; length <= longest; length++)
        {
            tokens.Add([.. Enumerable.Repeat((byte)'a', length - 1), (byte)'b']);
        }

        FrozenVocabulary vocabulary = FrozenVocabulary.OpenCopy(RandomVocabulary.Freeze(tokens));

        Assert.Equal(isEmpty, vocabulary.Trie.IsEmpty);
        if (!isEmpty)
        {
            AssertFinds(vocabulary, tokens[^1]);
        }

        GC.KeepAlive(vocabulary);
    }

    private static bool IsOrdered(FrozenVocabulary vocabulary, int count) =>
        Enumerable.Range(0, count).All(
            id => !vocabulary.Merges.TryGetSplit(id, out int left, out int right) || (left < id && right < id));

    private static unsafe void AssertFinds(FrozenVocabulary vocabulary, ReadOnlySpan<byte> text)
    {
        var expected = new List<uint>();
        for (int length = 1; length <= text.Length; length++)
        {
            int id = vocabulary.Pieces.Find(text[..length]);
            if (id >= 0 && (length == 1 || vocabulary.Merges.TryGetSplit(id, out _, out _)))
            {
                expected.Add((uint)length << FrozenFormat.IdBits | (uint)id);
            }
        }

        var found = new uint[TokenTrie.MaxTokenLength];
        fixed (byte* bytes = text)
        fixed (uint* first = found)
        {
            int read = vocabulary.Trie.FindPrefixes(bytes, text.Length, first, out int count);
            Assert.InRange(read, 1, text.Length);
            Assert.Equal(expected, found.Take(count));
        }
    }
}
