using System.Text;
using Harmony.Bpe.Tests.Oracles;
using Harmony.Tests;

namespace Harmony.Bpe.Tests.Golden;

/// <summary>Real text in many languages: the ids of the oracle, and a round trip.</summary>
public sealed class CorpusTests
{
    public static IEnumerable<TheoryDataRow<string>> Names => Directory
        .EnumerateFiles(RepositoryFiles.PathOf("tests/Corpora"), "*.gz")
        .Order(StringComparer.Ordinal)
        .Select(static path => new TheoryDataRow<string>(Path.GetFileName(path)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Encode_Corpus_EqualsTextbook(string name)
    {
        byte[] utf8 = RepositoryFiles.ReadGzip($"tests/Corpora/{name}");
        string text = Encoding.UTF8.GetString(utf8);

        List<int> expected = TextbookTokenizer.O200kHarmony.Encode(utf8);

        Assert.Equal(expected, BpeTokenizer.O200kHarmony.Encode(utf8, EncodeOptions.Ordinary));
        Assert.Equal(expected, BpeTokenizer.O200kHarmony.Encode(text, EncodeOptions.Ordinary));
        Assert.Equal(expected.Count, BpeTokenizer.O200kHarmony.Count(utf8, EncodeOptions.Ordinary));
        Assert.Equal(expected.Count, BpeTokenizer.O200kHarmony.Count(text, EncodeOptions.Ordinary));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Decode_EncodedCorpus_GivesTheTextBack(string name)
    {
        byte[] utf8 = RepositoryFiles.ReadGzip($"tests/Corpora/{name}");

        int[] ids = BpeTokenizer.O200kHarmony.Encode(utf8, EncodeOptions.AllSpecial);

        Assert.Equal(utf8, BpeTokenizer.O200kHarmony.DecodeBytes(ids));
        Assert.Equal(Encoding.UTF8.GetString(utf8), BpeTokenizer.O200kHarmony.DecodeStrict(ids));
    }
}
