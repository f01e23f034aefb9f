using System.Text;
using BenchmarkDotNet.Attributes;
using Harmony.Benchmarks.Inputs;
using Harmony.Bpe;
using Harmony.Tests;

namespace Harmony.Benchmarks;

/// <summary>Texts that are hard on tokenizers. `WorstCaseTable` has the same in a minute.</summary>
public class WorstCaseBench
{
    private readonly int[] _destination = new int[1_000_000];
    private byte[] _utf8 = [];
    private string _text = "";

    [ParamsSource(nameof(Texts))]
    public string Text { get; set; } = "";

    [Params(100_000, 1_000_000)]
    public int Size { get; set; }

    public static IEnumerable<string> Texts => WorstCaseTexts.Names;

    [GlobalSetup]
    public void CreateText()
    {
        _utf8 = WorstCaseTexts.Create(Text, Size);
        _text = Encoding.UTF8.GetString(_utf8);
        int[] ids = BpeTokenizer.O200kHarmony.Encode(_utf8);
        Same.OrThrow<int>(ReferencePath.Encode(_utf8), ids, "ids");
        Same.OrThrow<byte>(_utf8, BpeTokenizer.O200kHarmony.DecodeBytes(ids), "bytes of the ids");
    }

    [Benchmark(Baseline = true)]
    public int Utf8ToSpan() =>
        BpeTokenizer.O200kHarmony.Encode(_utf8, _destination, out _, out int written) == 0 ? written : -1;

    [Benchmark]
    public int Utf8Count() => BpeTokenizer.O200kHarmony.Count(_utf8);

    [Benchmark]
    public int Utf16ToSpan() =>
        BpeTokenizer.O200kHarmony.Encode(_text, _destination, out _, out int written) == 0 ? written : -1;

    [Benchmark]
    public int Utf16Count() => BpeTokenizer.O200kHarmony.Count(_text);
}
