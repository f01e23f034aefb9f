using Harmony.Bpe.Merging.LongPieces;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Tests.Oracles;
using Harmony.Bpe.Vocabulary;
using Harmony.Tests;

namespace Harmony.Bpe.Tests.Merging.LongPieces;

/// <summary>Long pieces, window by window, against scanning and the heap.</summary>
public sealed class WindowMergerTests
{
    /// <summary>Scanning, which is quadratic, takes too long for longer pieces.</summary>
    private const int MaxScanLength = 3_000;

    private static readonly FrozenVocabulary O200k = FrozenVocabulary.Embedded;

    public static IEnumerable<TheoryDataRow<string>> WorstCases =>
        WorstCaseTexts.Names.Select(static name => new TheoryDataRow<string>(name));

    public static IEnumerable<TheoryDataRow<int, bool>> RandomVocabularies =>
        Enumerable.Range(1, 40).Select(static seed => new TheoryDataRow<int, bool>(seed, seed % 2 == 0));

    public static IEnumerable<TheoryDataRow<int>> Seeds =>
        Enumerable.Range(1, 40).Select(static seed => new TheoryDataRow<int>(seed));

    [Theory]
    [MemberData(nameof(WorstCases))]
    public void Merge_WorstCaseOfAnyLength_EqualsScanning(string name)
    {
        var random = new Random(1);
        for (int i = 0; i < 12; i++)
        {
            AssertMerges(O200k, WorstCaseTexts.Create(name, random.Next(1, MaxScanLength), seed: i));
        }

        AssertMerges(O200k, WorstCaseTexts.Create(name, 100_000, seed: 100));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("ab")]
    [InlineData("=")]
    [InlineData("-")]
    [InlineData("\u4F60")]
    [InlineData(" ")]
    [InlineData("\r\n")]
    [InlineData("\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D")]
    public void Merge_RunOfEveryLength_EqualsTheHeap(string unit)
    {
        byte[] repeated = System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(unit, 700)));
        for (int length = 1; length <= 700; length++)
        {
            AssertMerges(O200k, repeated.AsSpan(0, length));
        }
    }

    /// <summary>Runs that begin and end anywhere, with noise between them, so that repetitions are found and
    /// lost inside, at and between windows.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Merge_RunsAndNoise_EqualsTheHeap(int seed)
    {
        var random = new Random(seed);
        string[] units = ["a", "b", "ab", "the", "=", "-", " ", "\n", "\u4F60", "\u0301", "\u200D", "xyzzy", "0"];
        for (int i = 0; i < 300; i++)
        {
            var piece = new List<byte>();
            while (piece.Count < 4_000)
            {
                byte[] unit = System.Text.Encoding.UTF8.GetBytes(units[random.Next(units.Length)]);
                for (int repeats = random.Next(1, 1 << random.Next(1, 10)); repeats > 0; repeats--)
                {
                    piece.AddRange(unit);
                }

                for (int noise = random.Next(4) == 0 ? random.Next(200) : 0; noise > 0; noise--)
                {
                    piece.Add((byte)random.Next('a', 'z' + 1));
                }
            }

            AssertMerges(O200k, piece.ToArray());
        }
    }

    /// <summary>Found by the worst cases: windows at the end had nothing in common with the ids, and started
    /// again before what was there already, in an endless loop.</summary>
    [Theory]
    [InlineData(1886, 922, 4239, 691)]
    [InlineData(3560, 3360, 2510, 1084)]
    public void Merge_RunsOfSlashesBetweenMarks_EqualsTheHeap(params int[] runs)
    {
        string text = string.Concat(runs.Select(static run => new string('/', run) + "/\u0301"));

        AssertMerges(O200k, System.Text.Encoding.UTF8.GetBytes(text));
    }

    /// <summary>The same, with runs of any length and what merges with their ends.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Merge_LongRunsOfOneCharacter_EqualsTheHeap(int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 150; i++)
        {
            string unit = new[] { "/", " ", "=", "-", "*", "#", "_", "\n", "\r\n", "a" }[i % 10];
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 7)).Select(
                _ => string.Concat(Enumerable.Repeat(unit, random.Next(1, 3_000))) + new[] { "\u0301", "x", "/\n", "" }[random.Next(4)]));
            AssertMerges(O200k, System.Text.Encoding.UTF8.GetBytes(text));
        }
    }

    /// <summary>Ranks in any order, tokens that no merge can form, tokens longer than the overlap of
    /// windows.</summary>
    [Theory]
    [MemberData(nameof(RandomVocabularies))]
    public void Merge_RandomVocabulary_EqualsScanning(int seed, bool shuffled)
    {
        int letters = 1 + seed % 10;
        List<byte[]> tokens = RandomVocabulary.Create(seed, merges: 40 << (seed % 6), shuffled, letters);
        FrozenVocabulary vocabulary = FrozenVocabulary.OpenCopy(RandomVocabulary.Freeze(tokens));
        var random = new Random(seed);
        for (int i = 0; i < 60; i++)
        {
            byte[] text = RandomVocabulary.NextText(random, letters, 2_500);
            AssertMerges(vocabulary, text);
            byte[] period = text[..random.Next(1, Math.Min(text.Length, 300) + 1)];
            AssertMerges(vocabulary, [.. Enumerable.Repeat(period, 2_500 / period.Length).SelectMany(static b => b)]);
        }

        GC.KeepAlive(vocabulary);
    }

    /// <summary>Ranks as training gives them: these vocabularies are walked.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Merge_TrainedVocabulary_EqualsScanning(int seed)
    {
        int letters = 1 + seed % 10;
        List<byte[]> tokens = RandomVocabulary.CreateTrained(seed, merges: 20 << (seed % 6), letters);
        FrozenVocabulary vocabulary = FrozenVocabulary.OpenCopy(RandomVocabulary.Freeze(tokens));
        Assert.False(vocabulary.Trie.IsEmpty);
        var random = new Random(seed);
        for (int i = 0; i < 60; i++)
        {
            AssertMerges(vocabulary, RandomVocabulary.NextText(random, letters, 2_500));
        }

        GC.KeepAlive(vocabulary);
    }

    /// <summary>Each pair has a lower rank than the one before it, so that the last byte decides about all
    /// others. Windows have nothing in common until the heap merges the whole piece.</summary>
    [Fact]
    public void Merge_EndDecidesAboutTheBeginning_EqualsScanning()
    {
        byte[] chain = [.. Enumerable.Range(0, 240).Select(static i => (byte)i)];
        List<byte[]> tokens = [.. Enumerable.Range(0, 256).Select(static b => new[] { (byte)b })];
        for (int i = chain.Length - 2; i >= 0; i--)
        {
            tokens.Add([chain[i], chain[i + 1]]);
        }

        FrozenVocabulary vocabulary = FrozenVocabulary.OpenCopy(RandomVocabulary.Freeze(tokens));
        for (int length = 1; length <= chain.Length; length++)
        {
            byte[] twice = [.. chain.AsSpan(0, length), .. chain.AsSpan(0, length), 255, .. chain.AsSpan(0, length)];
            AssertMerges(vocabulary, twice);
        }

        GC.KeepAlive(vocabulary);
    }

    /// <summary>Tokens that are longer than a window.</summary>
    [Theory]
    [InlineData(200)]
    [InlineData(700)]
    public void Merge_TokensLongerThanWindows_EqualsScanning(int longest)
    {
        List<byte[]> tokens = [.. Enumerable.Range(0, 256).Select(static b => new[] { (byte)b })];
        for (int length = 2; length <= longest; length++)
        {
            tokens.Add([.. Enumerable.Repeat((byte)'a', length - 1), (byte)'b']);
        }

        FrozenVocabulary vocabulary = FrozenVocabulary.OpenCopy(RandomVocabulary.Freeze(tokens));
        var random = new Random(1);
        for (int i = 0; i < 4; i++)
        {
            var text = new List<byte>();
            while (text.Count < 3 * longest)
            {
                text.AddRange(Enumerable.Repeat((byte)'a', random.Next(2 * longest)));
                text.Add((byte)'b');
            }

            AssertMerges(vocabulary, text.ToArray());
        }

        GC.KeepAlive(vocabulary);
    }

    [Fact]
    public void Merge_Cancelled_Stops()
    {
        byte[] piece = WorstCaseTexts.Create("lower-case", 100_000);
        var ids = new int[piece.Length];

        var cancelled = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(() => WindowMerger.Merge(piece, O200k, ids, cancelled));
        Assert.Throws<OperationCanceledException>(() => WindowMerger.Merge(piece, O200k.Merges, ids, cancelled));
    }

    /// <summary>Stretches of few tokens, which are walked, and of noise, which is merged in windows: each
    /// continues where the other ended, many times.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Merge_NoiseBetweenFewTokens_EqualsTheHeap(int seed)
    {
        var random = new Random(seed);
        string[] names = ["space-newline-mix", "zwj-mix", "slash-runs", "space-runs", "white-space-mix", "letter", "han"];
        for (int i = 0; i < 10; i++)
        {
            var piece = new List<byte>();
            while (piece.Count < 100_000)
            {
                string name = random.Next(2) == 0 ? "lower-case" : names[random.Next(names.Length)];
                piece.AddRange(WorstCaseTexts.Create(name, random.Next(1, 12_000), random.Next()));
            }

            AssertMerges(O200k, piece.ToArray());
        }
    }

    /// <summary>The lengths at which a stretch of a walk, a window, a block ends.</summary>
    [Theory]
    [InlineData("space-newline-mix")]
    [InlineData("zwj-mix")]
    [InlineData("slash-runs")]
    [InlineData("han")]
    [InlineData("lower-case")]
    public void Merge_LengthsAroundStretches_EqualsScanning(string name)
    {
        foreach (int length in (int[])[126, 254, 318, 464, 1_022, 1_024, 2_048, 4_096])
        {
            for (int around = -6; around <= 6; around++)
            {
                AssertMerges(O200k, WorstCaseTexts.Create(name, length + around, seed: length + around));
            }
        }
    }

    private static void AssertMerges(FrozenVocabulary vocabulary, ReadOnlySpan<byte> piece)
    {
        MergeTable merges = vocabulary.Merges;
        var expected = new int[piece.Length];
        int count = piece.Length <= MaxScanLength
            ? ScanMerger.Merge(piece, merges, expected)
            : HeapMerger.Merge(piece, merges, expected, starts: [], CancellationToken.None);
        var actual = new int[piece.Length];
        if (piece.Length is > 0 and <= BlockMerger.MaxLength)
        {
            var starts = new int[piece.Length];
            int blockCount = BlockMerger.Merge(piece, merges, actual, starts);
            Assert.Equal(expected.AsSpan(0, count), actual.AsSpan(0, blockCount));
        }

        int actualCount = WindowMerger.Merge(piece, merges, actual, CancellationToken.None);
        AssertEqual(piece, expected.AsSpan(0, count), actual.AsSpan(0, actualCount), "windows");
        actualCount = WindowMerger.Merge(piece, vocabulary, actual, CancellationToken.None);
        AssertEqual(piece, expected.AsSpan(0, count), actual.AsSpan(0, actualCount), "walks and windows");
    }

    private static void AssertEqual(
        ReadOnlySpan<byte> piece, ReadOnlySpan<int> expected, ReadOnlySpan<int> actual, string by)
    {
        if (!expected.SequenceEqual(actual))
        {
            Assert.Fail($"{Convert.ToHexString(piece)}, {by}: expected {expected.Length} ids, was {actual.Length}, "
                + $"different from {expected.CommonPrefixLength(actual)} on");
        }
    }
}
