using BenchmarkDotNet.Attributes;
using Harmony.Bpe.Batches;
using Harmony.Bpe.Kernels;
using Harmony.Bpe.Pretokenization;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Benchmarks.Micro;

/// <summary>How much does a kernel gain? The window splitter with each of them, and the reference path,
/// without looking any piece up.</summary>
public class SplitBench
{
    private static readonly FrozenVocabulary Vocabulary = FrozenVocabulary.Embedded;

    private byte[] _utf8 = [];

    [ParamsSource(nameof(Corpora))]
    public string Corpus { get; set; } = "";

    public static IEnumerable<string> Corpora => Inputs.Corpus.Names;

    [GlobalSetup]
    public void ReadText()
    {
        _utf8 = Inputs.Corpus.Read(Corpus);
        int pieces = Reference();
        if (Scalar() != pieces || Vector128() != pieces || Vector256() != pieces || Avx512() != pieces)
        {
            throw new InvalidOperationException($"The splitters differ on {Corpus}.");
        }
    }

    [Benchmark(Baseline = true)]
    public int Reference() => SplitOnTheReferencePath(0);

    [Benchmark]
    public int Scalar() => Split<ScalarWindowKernel>();

    [Benchmark]
    public int Vector128() => Split<Vector128WindowKernel>();

    [Benchmark]
    public int Vector256() => Split<Vector256WindowKernel>();

    /// <summary>The same as <see cref="Vector256"/> where the processor lacks AVX-512.</summary>
    [Benchmark]
    public int Avx512() =>
        Avx512WindowKernel.IsSupported ? Split<Avx512WindowKernel>() : Split<Vector256WindowKernel>();

    private int Split<TKernel>()
        where TKernel : struct, IWindowKernel
    {
        BatchState state = BatchState.Rent(Vocabulary);
        int pieces = 0;
        int position = 0;
        while (position + WindowSplitter<TKernel>.Needed <= _utf8.Length)
        {
            int count = WindowSplitter<TKernel>.Split(state, Vocabulary.Classes, _utf8, ref position);
            pieces += count;
            if (count == 0)
            {
                position = new PieceSplitter(_utf8, Vocabulary.Classes).EndOfPiece(position);
                pieces++;
            }
        }

        BatchState.Return(state);
        return pieces + SplitOnTheReferencePath(position);
    }

    private int SplitOnTheReferencePath(int position)
    {
        var splitter = new PieceSplitter(_utf8, Vocabulary.Classes);
        int pieces = 0;
        for (; position < _utf8.Length; pieces++)
        {
            position = splitter.EndOfPiece(position);
        }

        return pieces;
    }
}
