using BenchmarkDotNet.Attributes;

namespace Harmony.Benchmarks;

/// <summary>Text to ids, warm: the same text again and again.</summary>
public class EncodeBench : CorpusBench
{
    private readonly int[] _destination = new int[1_000_000];

    [Benchmark(Baseline = true)]
    public int Utf8ToSpan() =>
        Tokenizer.Encode(Utf8, _destination, out _, out int written) == 0 ? written : -1;

    [Benchmark]
    public int Utf16ToSpan() =>
        Tokenizer.Encode(Text, _destination, out _, out int written) == 0 ? written : -1;

    [Benchmark]
    public int[] Utf8ToArray() => Tokenizer.Encode(Utf8);
}
