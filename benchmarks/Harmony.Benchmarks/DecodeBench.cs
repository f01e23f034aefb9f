using BenchmarkDotNet.Attributes;

namespace Harmony.Benchmarks;

/// <summary>Ids to text.</summary>
public class DecodeBench : CorpusBench
{
    private readonly byte[] _destination = new byte[1_000_000];

    [Benchmark(Baseline = true)]
    public int ToSpan() => Tokenizer.Decode(Ids, _destination, out _, out int written) == 0 ? written : -1;

    [Benchmark]
    public string ToText() => Tokenizer.Decode(Ids);
}
