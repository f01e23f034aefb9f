using BenchmarkDotNet.Attributes;

namespace Harmony.Benchmarks;

/// <summary>How many ids a text has, warm.</summary>
public class CountBench : CorpusBench
{
    [Benchmark(Baseline = true)]
    public int Utf8Count() => Tokenizer.Count(Utf8);

    [Benchmark]
    public int Utf16Count() => Tokenizer.Count(Text);
}
