using Harmony.Bpe.Merging;
using Harmony.Bpe.Merging.LongPieces;
using Harmony.Bpe.Reference;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Tests.Oracles;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Tests.Reference;

/// <summary>All mergers against the textbook, on real and on random vocabularies.</summary>
public sealed class PieceMergerTests
{
    private static readonly FrozenVocabulary O200k = FrozenVocabulary.Embedded;

    public static IEnumerable<TheoryDataRow<int, bool>> RandomVocabularies =>
        Enumerable.Range(1, 24).Select(static seed => new TheoryDataRow<int, bool>(seed, seed % 2 == 0));

    [Theory]
    [MemberData(nameof(RandomVocabularies))]
    public void Merge_RandomVocabulary_EqualsTextbook(int seed, bool shuffled)
    {
        int letters = 1 + seed % 10;
        List<byte[]> tokens = RandomVocabulary.Create(seed, merges: 40 << (seed % 6), shuffled, letters);
        var textbook = new TextbookMerge(tokens);
        FrozenVocabulary vocabulary = FrozenVocabulary.OpenCopy(RandomVocabulary.Freeze(tokens));
        var random = new Random(seed);
        for (int i = 0; i < 600; i++)
        {
            AssertAllEqual(textbook, vocabulary, RandomVocabulary.NextText(random, letters, i % 20 == 0 ? 400 : 60));
        }

        GC.KeepAlive(vocabulary);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Merge_RandomBytes_EqualsTextbook(int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 2_000; i++)
        {
            var piece = new byte[random.Next(1, 150)];
            random.NextBytes(piece);
            AssertAllEqual(TextbookMerge.O200k, O200k, piece);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Merge_PiecesOfText_EqualsTextbook(int seed)
    {
        var generator = new EdgeTextGenerator(seed);
        for (int i = 0; i < 600; i++)
        {
            byte[] utf8 = generator.NextUtf8(runs: 20);
            int start = 0;
            foreach (int end in TextbookSplitter.Split(utf8))
            {
                AssertAllEqual(TextbookMerge.O200k, O200k, utf8.AsSpan(start..end));
                start = end;
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Merge_RandomLowerCase_EqualsTextbook(int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 1_000; i++)
        {
            byte[] piece = [.. Enumerable.Range(0, random.Next(1, 140)).Select(
                _ => (byte)random.Next('a', 'z' + 1))];
            AssertAllEqual(TextbookMerge.O200k, O200k, piece);
        }
    }

    [Theory]
    [InlineData("a")]
    [InlineData("ab")]
    [InlineData("=")]
    [InlineData("\u4F60")]
    [InlineData("\u0301")]
    [InlineData(" ")]
    [InlineData("\n")]
    public void Merge_RepeatedTextOfEveryLength_EqualsTextbook(string unit)
    {
        byte[] repeated = TextbookUtf8.Encode(string.Concat(Enumerable.Repeat(unit, 300)));
        for (int length = 1; length <= 300; length++)
        {
            AssertAllEqual(TextbookMerge.O200k, O200k, repeated.AsSpan(0, length));
        }
    }

    [Fact]
    public void Merge_EqualRanksSideBySide_JoinsTheLeftmostFirst()
    {
        List<byte[]> tokens = [.. Enumerable.Range(0, 256).Select(static b => new[] { (byte)b }), [.. "aa"u8]];
        FrozenVocabulary vocabulary = FrozenVocabulary.OpenCopy(RandomVocabulary.Freeze(tokens));
        MergeTable merges = vocabulary.Merges;
        var ids = new int[3];

        Assert.Equal(2, HeapMerger.Merge("aaa"u8, merges, ids, starts: [], CancellationToken.None));
        Assert.Equal([256, 'a'], ids.AsSpan(0, 2));
        Assert.Equal(2, ScanMerger.Merge("aaa"u8, merges, ids));
        Assert.Equal([256, 'a'], ids.AsSpan(0, 2));
        GC.KeepAlive(vocabulary);
    }

    [Fact]
    public unsafe void LaneMerger_ManyPiecesAtOnce_EqualsOneByOne()
    {
        var random = new Random(11);
        for (int round = 0; round < 200; round++)
        {
            byte[][] pieces = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => NextPiece(random))];
            var tasks = new MergeTask[pieces.Length];
            var ids = new uint[pieces.Length * MergeLane.MaxLength];
            var lanes = new MergeLane[LaneMerger.LaneCount];
            var bytes = new byte[pieces.Length * MergeLane.MaxLength];
            fixed (byte* first = bytes)
            fixed (uint* firstId = ids)
            fixed (MergeTask* firstTask = tasks)
            fixed (MergeLane* firstLane = lanes)
            {
                for (int i = 0; i < pieces.Length; i++)
                {
                    pieces[i].CopyTo(bytes, i * MergeLane.MaxLength);
                    tasks[i].Piece = first + i * MergeLane.MaxLength;
                    tasks[i].Ids = firstId + i * MergeLane.MaxLength;
                    tasks[i].Length = pieces[i].Length;
                }

                LaneMerger.Merge(firstTask, tasks.Length, O200k.Merges, firstLane);
                for (int i = 0; i < pieces.Length; i++)
                {
                    var merged = new ReadOnlySpan<int>(tasks[i].Ids, tasks[i].Count);
                    AssertEqual(pieces[i], TextbookMerge.O200k.Merge(pieces[i]), merged, nameof(LaneMerger));
                }
            }
        }
    }

    private static byte[] NextPiece(Random random)
    {
        byte[] text = new EdgeTextGenerator(random.Next()).NextUtf8(runs: 20);
        return text[..Math.Min(text.Length, random.Next(1, MergeLane.MaxLength + 1))];
    }

    /// <summary>Scanning, which is quadratic, takes too long for longer pieces.</summary>
    private const int MaxScanLength = 512;

    private static void AssertAllEqual(TextbookMerge textbook, FrozenVocabulary vocabulary, ReadOnlySpan<byte> piece)
    {
        MergeTable merges = vocabulary.Merges;
        int[] expected = textbook.Merge(piece);
        var ids = new int[piece.Length];

        int count = HeapMerger.Merge(piece, merges, ids, starts: [], CancellationToken.None);
        AssertEqual(piece, expected, ids.AsSpan(0, count), nameof(HeapMerger));

        if (piece.Length <= MaxScanLength)
        {
            count = ScanMerger.Merge(piece, merges, ids);
            AssertEqual(piece, expected, ids.AsSpan(0, count), nameof(ScanMerger));
        }

        count = PieceMerger.Merge(piece, vocabulary, ids, CancellationToken.None);
        AssertEqual(piece, expected, ids.AsSpan(0, count), nameof(PieceMerger));
    }

    private static void AssertEqual(
        ReadOnlySpan<byte> piece, ReadOnlySpan<int> expected, ReadOnlySpan<int> actual, string merger)
    {
        if (!expected.SequenceEqual(actual))
        {
            Assert.Fail($"{merger}, {Convert.ToHexString(piece)}: expected {string.Join(' ', expected.ToArray())}, "
                + $"was {string.Join(' ', actual.ToArray())}");
        }
    }
}
