using System.Buffers;
using System.Text;
using Harmony.Bpe.Tests.Generators;

namespace Harmony.Bpe.Tests;

public sealed class BpeTokenizerBatchTests
{
    private static readonly BpeTokenizer Tokenizer = BpeTokenizer.O200kHarmony;
    private static readonly EncodeOptions Special = EncodeOptions.AllSpecial;
    private static readonly EncodeOptions Ordinary = EncodeOptions.Ordinary;

    [Theory]
    [InlineData(0, -1)]
    [InlineData(1, 1)]
    [InlineData(7, 2)]
    [InlineData(1_200, -1)]
    [InlineData(1_200, 3)]
    public void EncodeBatch_ManyTexts_GivesEachOnesIdsInOrder(int count, int parallelism)
    {
        // In pooled memory short texts share an array, and long ones do not fit into it.
        var generator = new EdgeTextGenerator(count);
        var random = new Random(count);
        string[] texts = [.. Enumerable.Range(0, count).Select(i => i % 500 == 3
            ? new string([.. Enumerable.Range(0, 120_000).Select(_ => (char)random.Next(0x4E00, 0x9FA5))])
            : generator.NextText(runs: 5))];
        ReadOnlyMemory<byte>[] utf8Texts = [.. texts.Select(
            static text => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(text)))];
        int[][] expected = [.. texts.Select(static text => Tokenizer.Encode(text, Ordinary))];

        Assert.Equal(expected, Tokenizer.EncodeBatch(texts, Ordinary, parallelism));
        Assert.Equal(expected, Tokenizer.EncodeBatch(utf8Texts, Ordinary, parallelism));
        Assert.Equal(expected.Select(static ids => ids.Length), Tokenizer.CountBatch(texts, Ordinary, parallelism));

        using EncodedBatch batch = Tokenizer.EncodeBatchPooled(texts, Ordinary, parallelism);
        using EncodedBatch utf8Batch = Tokenizer.EncodeBatchPooled(utf8Texts, Ordinary, parallelism);
        Assert.Equal(count, batch.Count);
        Assert.Equal(expected, batch.Select(static ids => ids.ToArray()));
        Assert.Equal(expected, utf8Batch.Select(static ids => ids.ToArray()));
    }

    [Fact]
    public void EncodedBatch_BadIndexOrDisposed_Throws()
    {
        EncodedBatch batch = Tokenizer.EncodeBatchPooled(["a", "b"]);
        Assert.Throws<ArgumentOutOfRangeException>(() => batch[-1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => batch[2]);

        batch.Dispose();
        batch.Dispose();

        Assert.Throws<ObjectDisposedException>(() => batch[0]);
        Assert.Throws<ObjectDisposedException>(() => batch.ToList());
    }

    /// <summary>The exception of the first text that fails, not wrapped, whichever text ran first.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, -1)]
    [InlineData(500, 1)]
    [InlineData(500, 2)]
    [InlineData(500, -1)]
    public void EveryBatch_TextsThatFail_ThrowsTheExceptionOfTheFirst(int count, int parallelism)
    {
        EncodeOptions strict = EncodeOptions.Default with { RejectInvalidUtf8 = true };
        for (int first = 0; first < count; first += 1 + count / 7)
        {
            // Many texts fail; only the first one has its own index.
            string[] texts = [.. Enumerable.Range(0, count).Select(i =>
                i == first ? "before <|end|>" : i > first ? "<|start|>" : "fine")];
            ReadOnlyMemory<byte>[] utf8Texts = [.. texts.Select(static text => Encoding.UTF8.GetBytes(text).AsMemory())];
            Action[] calls =
            [
                () => Tokenizer.EncodeBatch(texts, null, parallelism),
                () => Tokenizer.EncodeBatch(utf8Texts, null, parallelism),
                () => Tokenizer.CountBatch(texts, null, parallelism),
                () => Tokenizer.EncodeBatchPooled(texts, null, parallelism).Dispose(),
                () => Tokenizer.EncodeBatchPooled(utf8Texts, null, parallelism).Dispose(),
            ];
            Assert.All(calls, static call =>
            {
                SpecialTokenException error = Assert.Throws<SpecialTokenException>(call);
                Assert.Equal(("<|end|>", 7), (error.Name, error.Index));
            });

            utf8Texts[first] = new byte[] { 0x61, 0x62, 0xFF };
            Assert.Equal(2, Assert.Throws<InvalidUtf8Exception>(
                () => Tokenizer.EncodeBatch(utf8Texts, strict, parallelism)).ByteOffset);
            Assert.Equal(2, Assert.Throws<InvalidUtf8Exception>(
                () => Tokenizer.EncodeBatchPooled(utf8Texts, strict, parallelism).Dispose()).ByteOffset);
        }
    }

    /// <summary>The second text fails while the first is still being read.</summary>
    [Fact]
    public void EncodeBatch_LaterTextFailsFirst_ThrowsTheExceptionOfTheFirst()
    {
        using var secondFails = new ManualResetEventSlim();
        var texts = new FailingList(secondFails);

        SpecialTokenException error = Assert.Throws<SpecialTokenException>(
            () => Tokenizer.EncodeBatch(texts, maxDegreeOfParallelism: 2));

        Assert.Equal("<|end|>", error.Name);
    }

    [Fact]
    public void EveryBatch_CancelledToken_ThrowsThat()
    {
        var cancelled = new CancellationToken(canceled: true);
        ReadOnlyMemory<byte>[] utf8Texts = ["<|end|>"u8.ToArray()];
        Action[] calls =
        [
            () => Tokenizer.EncodeBatch(["<|end|>"], null, -1, cancelled),
            () => Tokenizer.EncodeBatch(utf8Texts, null, -1, cancelled),
            () => Tokenizer.CountBatch(["<|end|>"], null, -1, cancelled),
            () => Tokenizer.EncodeBatchPooled(["<|end|>"], null, -1, cancelled).Dispose(),
            () => Tokenizer.EncodeBatchPooled(utf8Texts, null, -1, cancelled).Dispose(),
            () => Tokenizer.EncodeBatch(Array.Empty<string>(), null, -1, cancelled),
            () => Tokenizer.EncodeBatch(Array.Empty<ReadOnlyMemory<byte>>(), null, -1, cancelled),
            () => Tokenizer.CountBatch([], null, -1, cancelled),
            () => Tokenizer.EncodeBatchPooled(Array.Empty<string>(), null, -1, cancelled).Dispose(),
            () => Tokenizer.EncodeBatchPooled(Array.Empty<ReadOnlyMemory<byte>>(), null, -1, cancelled).Dispose(),
        ];

        Assert.All(calls, static call => Assert.ThrowsAny<OperationCanceledException>(call));
    }

    /// <summary>One array has room for many texts, each with the most ids that a text of its length can
    /// have.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EncodeBatchPooled_TextsOfThreeIdsAChar_KeepTheirIds(bool utf8)
    {
        char[] ofThreeIds = [.. Enumerable.Range(0xE000, 0x1900).Select(static c => (char)c)
            .Where(static c => Tokenizer.Count(new string(c, 10)) == 30).Take(400)];
        string[] texts = [.. ofThreeIds.Select(static (c, i) => new string(c, 1_000 + i))];
        int[][] expected = [.. texts.Select(static text => Tokenizer.Encode(text))];
        Assert.Equal(400, texts.Length);
        Assert.All(expected, (ids, i) => Assert.Equal(3 * texts[i].Length, ids.Length));

        using EncodedBatch batch = utf8
            ? Tokenizer.EncodeBatchPooled(
                [.. texts.Select(static text => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(text)))],
                maxDegreeOfParallelism: 1)
            : Tokenizer.EncodeBatchPooled(texts, maxDegreeOfParallelism: 1);

        Assert.Equal(expected, batch.Select(static ids => ids.ToArray()));
    }

    [Fact]
    public void EncodeBatch_BadArguments_AreRefused()
    {
        Assert.Throws<ArgumentNullException>(() => Tokenizer.EncodeBatch((IReadOnlyList<string>)null!));
        Assert.Throws<ArgumentNullException>(
            () => Tokenizer.EncodeBatch((IReadOnlyList<ReadOnlyMemory<byte>>)null!));
        Assert.Throws<ArgumentNullException>(() => Tokenizer.CountBatch(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tokenizer.EncodeBatch(["a"], null, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tokenizer.EncodeBatch(["a"], null, -2));
        Assert.Throws<ArgumentNullException>(() => Tokenizer.EncodeBatchPooled((IReadOnlyList<string>)null!));
        Assert.Throws<ArgumentNullException>(
            () => Tokenizer.EncodeBatchPooled((IReadOnlyList<ReadOnlyMemory<byte>>)null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tokenizer.EncodeBatchPooled(["a"], null, 0));
        Assert.Throws<ArgumentException>(() => Tokenizer.EncodeBatchPooled(["a", null!]));
        Assert.Contains("index 1", Assert.Throws<ArgumentException>(() => Tokenizer.EncodeBatch(["a", null!])).Message, StringComparison.Ordinal);
        Assert.Contains("index 0", Assert.Throws<ArgumentException>(() => Tokenizer.CountBatch([null!])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EncodeBatch_CancelledToken_StopsAndLeavesNothingRunning()
    {
        using var cancellation = new CancellationTokenSource();

        // All texts are read once to see that none is null; the 50th that is read to be encoded cancels.
        const int Count = 100_000;
        var texts = new CancellingList(cancellation, cancelAt: Count + 50, Count);

        Assert.Throws<OperationCanceledException>(
            () => Tokenizer.EncodeBatch(texts, Ordinary, 4, cancellation.Token));

        int read = texts.Read;
        Assert.InRange(read, Count + 50, (2 * Count) - 1);
        Assert.Throws<OperationCanceledException>(() => Tokenizer.EncodeBatch(["a"], null, -1, cancellation.Token));
        Assert.Equal(read, texts.Read);
    }

    [Fact]
    public void Encode_CancelledToken_Stops()
    {
        var cancelled = new CancellationToken(canceled: true);
        string words = string.Concat(Enumerable.Repeat("word ", 100_000));
        string letters = new('a', 1_000_000);
        string specials = string.Concat(Enumerable.Repeat("<|end|>", 50_000));
        foreach (string text in new[] { words, letters, specials })
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(text);
            Action[] calls =
            [
                () => Tokenizer.Encode(text, Special, cancelled),
                () => Tokenizer.Encode(utf8, Special, cancelled),
                () => Tokenizer.Count(text, Special, cancelled),
                () => Tokenizer.Count(utf8, Special, cancelled),
                () => Tokenizer.IsWithin(text, int.MaxValue, Special, cancelled),
                () => Tokenizer.EncodePooled(text, Special, cancelled).Dispose(),
                () => Tokenizer.Encode(text, new ArrayBufferWriter<int>(), Special, cancelled),
                () => Tokenizer.Encode(utf8, new int[utf8.Length], out _, out _, Special, true, cancelled),
                () => Tokenizer.EncodeWithOffsets(text, Special, cancelled),
                () => Tokenizer.GetPrefixLength(text, 40_000, Special, cancelled),
                () => Tokenizer.GetSuffixStart(text, 5, Special, cancelled),
            ];
            Assert.All(calls, static call => Assert.ThrowsAny<OperationCanceledException>(call));
        }
    }

    [Fact]
    public void Encode_SixtyFourThreads_GiveWhatOneGives()
    {
        const int Threads = 64;
        var generator = new EdgeTextGenerator(64);
        string[] texts = [.. Enumerable.Range(0, 400).Select(_ => generator.NextText(runs: 12))];
        int[][] expected = [.. texts.Select(static text => Tokenizer.Encode(text, Ordinary))];
        var failures = new List<string>();
        using var together = new Barrier(Threads);
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(number => new Thread(() =>
        {
            together.SignalAndWait();
            for (int i = 0; i < texts.Length; i++)
            {
                int text = (i + number * 7) % texts.Length;
                int[] ids = Tokenizer.Encode(texts[text], Ordinary);
                if (!ids.AsSpan().SequenceEqual(expected[text]) || Tokenizer.Count(texts[text], Ordinary) != ids.Length)
                {
                    lock (failures)
                    {
                        failures.Add($"thread {number}, text {text}");
                    }
                }
            }
        }))];

        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());

        Assert.Empty(failures);
    }

    /// <summary>Two texts. The second fails when a batch reads it; the first is provided only after that, and
    /// fails too.</summary>
    private sealed class FailingList(ManualResetEventSlim secondFails) : IReadOnlyList<string>
    {
        private int _read;

        public int Count => 2;

        public string this[int index]
        {
            get
            {
                if (Interlocked.Increment(ref _read) <= Count)
                {
                    // The check for null.
                    return "";
                }

                if (index == 1)
                {
                    secondFails.Set();
                    throw new InvalidOperationException("the second text");
                }

                // If there is only one thread, the second text is not read before this one.
                if (secondFails.Wait(TimeSpan.FromSeconds(10)))
                {
                    Thread.SpinWait(1_000_000);
                }

                return "<|end|>";
            }
        }

        public IEnumerator<string> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    /// <summary>Cancels when the text at an index is read, and counts the reads.</summary>
    private sealed class CancellingList(CancellationTokenSource cancellation, int cancelAt, int count) : IReadOnlyList<string>
    {
        private int _read;

        public int Read => Volatile.Read(ref _read);

        public int Count => count;

        public string this[int index]
        {
            get
            {
                if (Interlocked.Increment(ref _read) == cancelAt)
                {
                    cancellation.Cancel();
                }

                return "some text";
            }
        }

        public IEnumerator<string> GetEnumerator() =>
            Enumerable.Range(0, count).Select(index => this[index]).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
