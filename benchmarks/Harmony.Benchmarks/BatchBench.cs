using BenchmarkDotNet.Attributes;
using Harmony.Benchmarks.Inputs;
using Harmony.Bpe;

namespace Harmony.Benchmarks;

/// <summary>Documents of about a kilobyte, encoded on some threads.</summary>
public class BatchBench
{
    private ReadOnlyMemory<byte>[] _documents = [];

    [ParamsSource(nameof(Corpora))]
    public string Corpus { get; set; } = "";

    [ParamsSource(nameof(ThreadCounts))]
    public int Threads { get; set; }

    public static IEnumerable<string> Corpora => Inputs.Corpus.Names;

    public static IEnumerable<int> ThreadCounts => new[] { 1, 2, Environment.ProcessorCount }.Distinct();

    [GlobalSetup]
    public void ReadDocuments()
    {
        _documents = Inputs.Corpus.ReadDocuments(Corpus, length: 1000);
        int[][] ids = EncodeBatch();
        for (int i = 0; i < ids.Length; i++)
        {
            Same.OrThrow<int>(ReferencePath.Encode(_documents[i].Span), ids[i], $"document {i}");
        }
    }

    [Benchmark(Baseline = true)]
    public int[][] EncodeBatch() =>
        BpeTokenizer.O200kHarmony.EncodeBatch(_documents, maxDegreeOfParallelism: Threads);

    [Benchmark]
    public int EncodeBatchPooled()
    {
        using EncodedBatch batch =
            BpeTokenizer.O200kHarmony.EncodeBatchPooled(_documents, maxDegreeOfParallelism: Threads);
        return batch.Count;
    }
}
