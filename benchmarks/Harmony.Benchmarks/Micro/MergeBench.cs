using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Harmony.Benchmarks.Inputs;
using Harmony.Bpe.Merging;
using Harmony.Bpe.Pretokenization;
using Harmony.Bpe.Tests.Oracles;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Benchmarks.Micro;

/// <summary>Do lanes that step in turn merge faster than one piece at a time? The pieces are those of a
/// corpus that are no tokens, each once.</summary>
public unsafe class MergeBench : IDisposable
{
    private const int MaxPieces = 1000;

    private static readonly MergeTable Merges = FrozenVocabulary.Embedded.Merges;

    private readonly MergeTask* _tasks =
        (MergeTask*)NativeMemory.AllocZeroed(MaxPieces, (nuint)sizeof(MergeTask));
    private readonly MergeLane* _lanes =
        (MergeLane*)NativeMemory.AllocZeroed(LaneMerger.LaneCount, (nuint)sizeof(MergeLane));
    private byte[][] _pieces = [];
    private byte* _bytes;
    private uint* _ids;
    private int _length;

    [ParamsSource(nameof(Corpora))]
    public string PiecesOf { get; set; } = "";

    public static IEnumerable<string> Corpora => Corpus.Names;

    [GlobalSetup]
    public void FindPieces()
    {
        _pieces = [.. PiecesWithoutToken(Corpus.Read(PiecesOf)).Take(MaxPieces)];
        _length = _pieces.Sum(static piece => piece.Length);
        _bytes = (byte*)NativeMemory.Alloc((nuint)_length);
        _ids = (uint*)NativeMemory.AllocZeroed((nuint)_length, sizeof(uint));
        int at = 0;
        for (int i = 0; i < _pieces.Length; i++)
        {
            _pieces[i].CopyTo(new Span<byte>(_bytes + at, _length - at));
            _tasks[i] = new MergeTask { Piece = _bytes + at, Ids = _ids + at, Length = _pieces[i].Length };
            at += _pieces[i].Length;
        }

        int[] byScanning = IdsOf(ByScanning);
        Same.OrThrow<int>(byScanning, IdsOf(OneAtATime), "one at a time");
        Same.OrThrow<int>(byScanning, IdsOf(InLanes), "in lanes");
    }

    /// <summary>The textbook; it allocates.</summary>
    [Benchmark]
    public void ByScanning()
    {
        for (int i = 0; i < _pieces.Length; i++)
        {
            _tasks[i].Count = ScanMerger.Merge(
                _pieces[i], Merges, new Span<int>(_tasks[i].Ids, _tasks[i].Length));
        }
    }

    [Benchmark(Baseline = true)]
    public void OneAtATime()
    {
        for (int i = 0; i < _pieces.Length; i++)
        {
            _tasks[i].Count = LaneMerger.MergeOne(
                _pieces[i], Merges, new Span<int>(_tasks[i].Ids, _tasks[i].Length));
        }
    }

    [Benchmark]
    public void InLanes() => LaneMerger.Merge(_tasks, _pieces.Length, Merges, _lanes);

    [GlobalCleanup]
    public void Dispose()
    {
        NativeMemory.Free(_tasks);
        NativeMemory.Free(_lanes);
        NativeMemory.Free(_bytes);
        NativeMemory.Free(_ids);
        GC.SuppressFinalize(this);
    }

    private int[] IdsOf(Action merge)
    {
        new Span<uint>(_ids, _length).Clear();
        merge();
        var ids = new List<int>();
        for (int i = 0; i < _pieces.Length; i++)
        {
            ids.AddRange(new ReadOnlySpan<int>(_tasks[i].Ids, _tasks[i].Count));
        }

        return [.. ids];
    }

    private static IEnumerable<byte[]> PiecesWithoutToken(byte[] utf8)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int start = 0; start < utf8.Length;)
        {
            int end = new PieceSplitter(utf8, FrozenVocabulary.Embedded.Classes).EndOfPiece(start);
            byte[] piece = utf8[start..end];
            if (piece.Length <= MergeLane.MaxLength && FrozenVocabulary.Embedded.Pieces.Find(piece) < 0
                && seen.Add(Convert.ToHexString(piece)))
            {
                yield return piece;
            }

            start = end;
        }
    }
}
