using System.Runtime.CompilerServices;
using Harmony.Bpe.Batches;
using Harmony.Bpe.Caching;
using Harmony.Bpe.Calls;
using Harmony.Bpe.Kernels;
using Harmony.Bpe.Merging;
using Harmony.Bpe.Merging.LongPieces;
using Harmony.Bpe.Pretokenization;
using Harmony.Bpe.Reference;
using Harmony.Bpe.Tests.Oracles;
using Harmony.Bpe.Tests.Support;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Tests.GuardPages;

/// <summary>Runs each component that has unsafe code with its inputs and outputs between guard
/// pages.</summary>
public sealed unsafe class ComponentGuardTests : IDisposable
{
    private static readonly FrozenVocabulary Vocabulary = FrozenVocabulary.Embedded;

    private readonly GuardedMemory<byte> _bytes = new(GuardedTexts.MaxLength);
    private readonly GuardedMemory<int> _ids = new(GuardedTexts.MaxLength);

    public static IEnumerable<TheoryDataRow<string>> Texts =>
        GuardedTexts.Names.Select(static name => new TheoryDataRow<string>(name));

    [Theory]
    [MemberData(nameof(Texts))]
    public void BatchEncoder_EveryKernel_StaysInside(string name)
    {
        foreach (int length in GuardedTexts.Lengths)
        {
            byte[] text = GuardedTexts.Create(name, length);
            _bytes.AtBoth(text, utf8 =>
            {
                int[] scalar = EncodeBatches<ScalarWindowKernel>(utf8);
                Assert.Equal(scalar, EncodeBatches<Vector256WindowKernel>(utf8));
                Assert.Equal(scalar, EncodeBatches<Vector128WindowKernel>(utf8));
                if (Avx512WindowKernel.IsSupported)
                {
                    Assert.Equal(scalar, EncodeBatches<Avx512WindowKernel>(utf8));
                }
            });
        }
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Kernels_AtEveryPlaceOfAText_ReadNoFurtherThanTheyMay(string name)
    {
        byte[] text = GuardedTexts.Create(name, 1_000);
        for (int start = 0; start + IWindowKernel.WindowLength + IWindowKernel.ReadPast <= text.Length; start++)
        {
            _bytes.AtBoth(text.AsSpan(start, IWindowKernel.WindowLength + IWindowKernel.ReadPast), static window =>
            {
                fixed (byte* first = window)
                {
                    ulong starts = StartsBy<ScalarWindowKernel>(first);
                    Assert.Equal(starts, StartsBy<Vector256WindowKernel>(first));
                    Assert.Equal(starts, StartsBy<Vector128WindowKernel>(first));
                    if (Avx512WindowKernel.IsSupported)
                    {
                        Assert.Equal(starts, StartsBy<Avx512WindowKernel>(first));
                    }
                }
            });
        }
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Mergers_OfEveryLength_StayInside(string name)
    {
        foreach (int length in GuardedTexts.Lengths.Where(static length => length != 0))
        {
            byte[] text = GuardedTexts.Create(name, length);
            var expected = new int[length];
            int count = HeapMerger.Merge(text, Vocabulary.Merges, expected, starts: [], CancellationToken.None);
            _bytes.AtBoth(text, piece =>
            {
                foreach (bool atEnd in (bool[])[true, false])
                {
                    Span<int> ids = atEnd ? _ids.AtEnd(piece.Length) : _ids.AtStart(piece.Length);
                    Assert.Equal(count, PieceMerger.Merge(piece, Vocabulary, ids, CancellationToken.None));
                    Assert.True(ids[..count].SequenceEqual(expected.AsSpan(0, count)));
                    if (piece.Length <= BlockMerger.MaxLength)
                    {
                        Assert.Equal(count, BlockMerger.Merge(piece, Vocabulary.Merges, ids, new int[piece.Length]));
                        Assert.True(ids[..count].SequenceEqual(expected.AsSpan(0, count)));
                    }

                    Assert.Equal(count, WindowMerger.Merge(piece, Vocabulary, ids, CancellationToken.None));
                    Assert.True(ids[..count].SequenceEqual(expected.AsSpan(0, count)));
                    Assert.Equal(count, WindowMerger.Merge(piece, Vocabulary.Merges, ids, CancellationToken.None));
                    Assert.True(ids[..count].SequenceEqual(expected.AsSpan(0, count)));
                }
            });
        }
    }

    [Fact]
    public void LaneMerger_TasksAndLanes_StayInside()
    {
        using var lanes = new GuardedMemory<MergeLane>(LaneMerger.LaneCount);
        using var tasks = new GuardedMemory<MergeTask>(16);
        foreach (int length in Enumerable.Range(1, MergeLane.MaxLength))
        {
            byte[] text = GuardedTexts.Create(GuardedTexts.Names[length % GuardedTexts.Names.Length], length);
            var expected = new int[length];
            int count = ScanMerger.Merge(text, Vocabulary.Merges, expected);
            foreach (int copies in (int[])[1, 7, 8, 9, 16])
            {
                fixed (byte* piece = _bytes.AtEnd(length))
                fixed (int* ids = _ids.AtEnd(length))
                fixed (MergeTask* first = tasks.AtEnd(copies))
                fixed (MergeLane* firstLane = lanes.AtEnd(LaneMerger.LaneCount))
                {
                    text.CopyTo(_bytes.AtEnd(length));
                    for (int i = 0; i < copies; i++)
                    {
                        first[i] = new MergeTask { Piece = piece, Ids = (uint*)ids, Length = length };
                    }

                    LaneMerger.Merge(first, copies, Vocabulary.Merges, firstLane);
                    Assert.Equal(count, first[copies - 1].Count);
                    Assert.True(_ids.AtEnd(length)[..count].SequenceEqual(expected.AsSpan(0, count)));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void PieceTableAndSplitter_OfEveryLength_StayInside(string name)
    {
        foreach (int length in GuardedTexts.Lengths.Where(static length => length is > 0 and <= 256))
        {
            byte[] text = GuardedTexts.Create(name, length);
            int id = Vocabulary.Pieces.Find(text);
            int end = new PieceSplitter(text, Vocabulary.Classes).EndOfPiece(0);
            _bytes.AtBoth(text, piece =>
            {
                Assert.Equal(id, Vocabulary.Pieces.Find(piece));
                Assert.Equal(end, new PieceSplitter(piece, Vocabulary.Classes).EndOfPiece(0));
            });
        }
    }

    /// <summary>Records of all lengths, lap after lap around a ring of every size.</summary>
    [Fact]
    public void PieceLog_FilledAndReadAgain_StaysInside()
    {
        using var memory = new GuardedMemory<byte>(20_000);
        var random = new Random(1);
        uint* found = stackalloc uint[300];
        foreach (int size in (int[])[256, 300, 1_000, 1_024, 4_096, 5_000, 20_000])
        {
            Span<byte> room = memory.AtEnd(size);
            fixed (byte* first = room)
            {
                // The memory of the log must be aligned to four, as in the cache.
                int length = size & ~3;
                var log = new PieceLog(first + (size - length), length);
                log.Clear();
                for (int i = 0; i < 3_000; i++)
                {
                    Span<byte> piece = _bytes.AtEnd(random.Next(1, 256));
                    random.NextBytes(piece);
                    int count = random.Next(1, piece.Length + 1);
                    ulong hash = (ulong)random.NextInt64();
                    fixed (int* ids = _ids.AtEnd(count))
                    {
                        new Span<int>(ids, count).Fill(i);
                        log.Add(piece, hash, (uint*)ids, count);
                    }

                    int foundCount = log.Find(piece, hash, found);
                    Assert.True(foundCount == 0 || foundCount == count);
                    Assert.True(foundCount == 0 || found[count - 1] == (uint)i);
                }
            }
        }
    }

    [Fact]
    public void OpenCopy_OfEveryPrefixOfAVocabulary_StaysInside()
    {
        List<byte[]> tokens = Generators.RandomVocabulary.Create(1, merges: 50, shuffled: false);
        byte[] frozen = Generators.RandomVocabulary.Freeze(tokens);
        using var memory = new GuardedMemory<byte>(frozen.Length);
        for (int length = 0; length < frozen.Length; length += length < 600 ? 1 : 997)
        {
            frozen.AsSpan(0, length).CopyTo(memory.AtEnd(length));
            Span<byte> cut = memory.AtEnd(length);
            Assert.ThrowsAny<VocabularyException>(() => FrozenVocabulary.OpenCopy(memory.AtEnd(length)));
            Assert.Equal(length, cut.Length);
        }
    }

    public void Dispose()
    {
        _bytes.Dispose();
        _ids.Dispose();
    }

    private static int[] EncodeBatches<TKernel>(ReadOnlySpan<byte> utf8)
        where TKernel : struct, IWindowKernel
    {
        var ids = new List<int>();
        foreach (bool isFinal in (bool[])[true, false])
        {
            var sink = new PooledSink(PooledSink.CapacityFor(utf8.Length));
            int consumed = 0;
            BatchEncoder<TKernel>.Encode(
                BpeTokenizer.O200kHarmony.ContextOf(EncodeOptions.Ordinary, isFinal, CancellationToken.None),
                utf8,
                ref sink,
                ref consumed);
            ids.AddRange(sink.Ids);
            ids.Add(consumed);
            sink.Dispose();
        }

        return [.. ids];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong StartsBy<TKernel>(byte* window)
        where TKernel : struct, IWindowKernel
    {
        TKernel.Classify(window, Vocabulary.Classes, out ClassMasks masks);
        return PieceAlgebra.FindStarts(masks, window, padded: false);
    }
}
