using Harmony.Bpe.Merging;
using Harmony.Bpe.Tests.Oracles;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Tests.Vocabulary;

/// <summary>Every token of the rank file, read by the tests themselves, in every table of the embedded
/// vocabulary. The build only compares the vocabulary's hash with the lock; this proves what the lock locks.</summary>
public sealed class EmbeddedVocabularyTests
{
    private static readonly FrozenVocabulary Embedded = FrozenVocabulary.Embedded;

    [Fact]
    public void Tokens_EveryId_HasTheRankFilesBytes()
    {
        IReadOnlyList<byte[]> tokens = TextbookMerge.O200kTokens;
        Assert.Equal(tokens.Count, Embedded.Tokens.Count);
        AssertEach((id, token) => Embedded.Tokens.BytesOf(id).SequenceEqual(token));
    }

    [Fact]
    public void Pieces_EveryTokensBytes_AreFound() => AssertEach((id, token) => Embedded.Pieces.Find(token) == id);

    [Fact]
    public void Merges_EverySingleByte_IsItsOwnToken() =>
        AssertEach((id, token) => token.Length > 1 || Embedded.Merges.IdOfByte(token[0]) == id);

    [Fact]
    public void Merges_EveryTokensBytes_MergeToIt()
    {
        var ids = new int[1_024];
        AssertEach((id, token) =>
            PieceMerger.Merge(token, Embedded.Merges, ids, CancellationToken.None) == 1 && ids[0] == id);
    }

    private static void AssertEach(Func<int, byte[], bool> holds)
    {
        IReadOnlyList<byte[]> tokens = TextbookMerge.O200kTokens;
        for (int id = 0; id < tokens.Count; id++)
        {
            Assert.True(holds(id, tokens[id]), $"id {id}, bytes {Convert.ToHexString(tokens[id])}");
        }
    }
}
