using System.Text;
using BenchmarkDotNet.Attributes;
using Harmony.Benchmarks.Inputs;
using Harmony.Bpe;

namespace Harmony.Benchmarks;

/// <summary>A text of each corpus in each size, in both encodings, with its ids.</summary>
public abstract class CorpusBench
{
    [ParamsSource(nameof(Corpora))]
    public string Corpus { get; set; } = "";

    [Params(10, 100, 1_000, 10_000, 100_000, 1_000_000)]
    public int Size { get; set; }

    public static IEnumerable<string> Corpora => Inputs.Corpus.Names;

    protected static BpeTokenizer Tokenizer => BpeTokenizer.O200kHarmony;

    protected byte[] Utf8 { get; private set; } = [];

    protected string Text { get; private set; } = "";

    protected int[] Ids { get; private set; } = [];

    [GlobalSetup]
    public void ReadText()
    {
        Utf8 = Inputs.Corpus.Read(Corpus, Size);
        Text = Encoding.UTF8.GetString(Utf8);
        Ids = Tokenizer.Encode(Utf8);
        Same.OrThrow<int>(ReferencePath.Encode(Utf8), Ids, "ids of the UTF-8");
        Same.OrThrow<int>(Ids, Tokenizer.Encode(Text), "ids of the UTF-16");
        Same.OrThrow<byte>(Utf8, Tokenizer.DecodeBytes(Ids), "bytes of the ids");
    }
}
