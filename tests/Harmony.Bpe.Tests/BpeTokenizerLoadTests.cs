using System.Security.Cryptography;
using System.Text;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Tests.Oracles;
using Harmony.Bpe.Tests.Support;
using Harmony.Tests;

namespace Harmony.Bpe.Tests;

/// <summary>Custom vocabularies, from rank files.</summary>
public sealed class BpeTokenizerLoadTests
{
    public static IEnumerable<TheoryDataRow<int, bool>> Vocabularies =>
        Enumerable.Range(1, 10).Select(static seed => new TheoryDataRow<int, bool>(seed, seed % 2 == 0));

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void Encode_RandomVocabulary_EqualsTextbookOnEveryPath(int seed, bool shuffled)
    {
        List<byte[]> tokens = RandomVocabulary.Create(seed, merges: 30 << (seed % 5), shuffled);
        BpeTokenizer tokenizer = BpeTokenizer.LoadRankFile(new MemoryStream(RandomVocabulary.ToRankFile(tokens)));
        var textbook = new TextbookTokenizer(new TextbookMerge(tokens), new Dictionary<string, int>());
        var paths = new EncodePaths(tokenizer);
        var generator = new EdgeTextGenerator(seed);
        var random = new Random(seed);

        Assert.Equal((tokens.Count, tokens.Count), (tokenizer.VocabularySize, tokenizer.RankedTokenCount));
        for (int i = 0; i < 120; i++)
        {
            byte[] utf8 = i % 4 == 0 ? generator.NextUtf8(runs: 5) : RandomVocabulary.NextText(
                random, 10, maxLength: 60);
            paths.AssertUtf8(utf8, textbook.Encode(utf8).ToArray());
            Assert.Equal(utf8, tokenizer.DecodeBytes(tokenizer.Encode(utf8)));
        }
    }

    [Fact]
    public void LoadRankFile_O200kFromPath_EqualsTheBuiltIn()
    {
        string path = RepositoryFiles.PathOf("vocab/o200k_base.tiktoken");
        byte[] sha256 = SHA256.HashData(File.ReadAllBytes(path));
        BpeTokenizer tokenizer = BpeTokenizer.LoadRankFile(
            path, new Dictionary<string, int> { ["<|endoftext|>"] = 199999 }, sha256);
        string text = Encoding.UTF8.GetString(RepositoryFiles.ReadGzip("tests/Corpora/markdown.txt.gz"));

        Assert.Equal(
            BpeTokenizer.O200kBase.Encode(text, EncodeOptions.Ordinary), tokenizer.Encode(text, EncodeOptions.Ordinary));
        Assert.Equal((200_000, 199_999), (tokenizer.VocabularySize, tokenizer.EndOfTextId));
        Assert.Equal(sha256, tokenizer.RankFileSha256);
        tokenizer.VerifyVocabulary();
    }

    [Fact]
    public void LoadRankFile_WrongHashOrNoFile_IsRefused()
    {
        byte[] file = RandomVocabulary.ToRankFile(RandomVocabulary.Create(seed: 1, merges: 5, shuffled: false));

        Assert.Throws<VocabularyException>(
            () => BpeTokenizer.LoadRankFile(new MemoryStream(file), null, new byte[32]));
        Assert.Throws<VocabularyException>(() => BpeTokenizer.LoadRankFile(new MemoryStream(file[..^1])));
        Assert.Throws<VocabularyException>(() => BpeTokenizer.LoadRankFile(new MemoryStream()));
        Assert.Throws<FileNotFoundException>(
            () => BpeTokenizer.LoadRankFile(RepositoryFiles.PathOf("no such file")));
        Assert.Throws<ArgumentNullException>(() => BpeTokenizer.LoadRankFile((Stream)null!));
    }

    [Fact]
    public void LoadRankFile_NoSpecialTokens_TakesEveryTextAsOrdinary()
    {
        BpeTokenizer tokenizer = BpeTokenizer.LoadRankFile(
            new MemoryStream(
                RandomVocabulary.ToRankFile(RandomVocabulary.Create(seed: 1, merges: 0, shuffled: false))));

        Assert.Equal("<|end|>"u8.ToArray().Select(static b => (int)b), tokenizer.Encode("<|end|>"));
        Assert.Equal(tokenizer.Encode("<|end|>"), tokenizer.Encode("<|end|>", EncodeOptions.AllSpecial));
        Assert.Null(tokenizer.EndOfTextId);
        Assert.Empty(tokenizer.SpecialTokens);
    }

    [Fact]
    public void VocabularySize_LargestSpecialId_IsCountedAndBeyondItRefused()
    {
        byte[] file = RandomVocabulary.ToRankFile(RandomVocabulary.Create(seed: 1, merges: 0, shuffled: false));

        BpeTokenizer tokenizer = BpeTokenizer.LoadRankFile(
            new MemoryStream(file), new Dictionary<string, int> { ["<|x|>"] = int.MaxValue - 1 });
        Assert.Equal(int.MaxValue, tokenizer.VocabularySize);
        Assert.Throws<VocabularyException>(() => BpeTokenizer.LoadRankFile(
            new MemoryStream(file), new Dictionary<string, int> { ["<|x|>"] = int.MaxValue }));
        Assert.Throws<VocabularyException>(() => BpeTokenizer.LoadRankFile(
            new MemoryStream(file), new Dictionary<string, int> { ["<|x|>"] = -1 }));
    }
}
