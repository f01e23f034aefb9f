using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Tests.Oracles;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Tests.Vocabulary;

public sealed class PieceTableTests
{
    private static readonly PieceTable Pieces = FrozenVocabulary.Embedded.Pieces;

    [Fact]
    public void Find_EveryToken_GivesItsId()
    {
        for (int id = 0; id < TextbookMerge.O200kTokens.Count; id++)
        {
            Assert.Equal(id, Pieces.Find(TextbookMerge.O200kTokens[id]));
        }
    }

    [Fact]
    public void Find_TokensChangedByAByte_GivesWhatTheTextbookGives()
    {
        var random = new Random(1);
        for (int id = 0; id < TextbookMerge.O200kTokens.Count; id++)
        {
            byte[] token = TextbookMerge.O200kTokens[id];
            byte[] flipped = [.. token];
            flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
            AssertFinds(flipped);
            AssertFinds([.. token, 0]);
            AssertFinds([0, .. token]);
            if (token.Length > 1)
            {
                AssertFinds(token[..^1]);
                AssertFinds(token[1..]);
            }
        }
    }

    [Fact]
    public void Find_EveryLength_GivesWhatTheTextbookGives()
    {
        var random = new Random(2);
        for (int length = 1; length <= 300; length++)
        {
            AssertFinds([.. Enumerable.Repeat((byte)' ', length)]);
            AssertFinds([.. Enumerable.Repeat((byte)0, length)]);
            AssertFinds([.. Enumerable.Range(0, length).Select(_ => (byte)random.Next(256))]);
        }
    }

    /// <summary>Around the borders between the three tables, in small and crowded ones.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Find_TokensOfEveryLength_GivesTheirIds(int seed)
    {
        var random = new Random(seed);
        List<byte[]> tokens = [.. Enumerable.Range(0, 256).Select(static b => new[] { (byte)b })];
        for (int length = 2; length <= 70; length++)
        {
            for (int i = 0; i < seed * 3; i++)
            {
                tokens.Add([.. Enumerable.Range(0, length).Select(_ => (byte)random.Next(256))]);
            }
        }

        tokens = [.. tokens.DistinctBy(Convert.ToHexString)];
        FrozenVocabulary vocabulary = FrozenVocabulary.OpenCopy(RandomVocabulary.Freeze(tokens));
        for (int id = 0; id < tokens.Count; id++)
        {
            Assert.Equal(id, vocabulary.Pieces.Find(tokens[id]));
            Assert.Equal(-1, vocabulary.Pieces.Find([.. tokens[id], 7, 7, 7]));
        }

        GC.KeepAlive(vocabulary);
    }

    private static void AssertFinds(byte[] piece) =>
        Assert.Equal(TextbookMerge.O200k.RankOf(piece), Pieces.Find(piece));
}
