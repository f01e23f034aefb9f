using System.Buffers;
using System.Collections;
using System.Text;
using Harmony.Bpe.Tests.Support;
using Harmony.Tests;

namespace Harmony.Bpe.Tests;

/// <summary>Rented memory is returned, whatever happens in between. A cancelled batch has ended when it
/// throws.</summary>
public sealed class PooledMemoryTests
{
    private static readonly BpeTokenizer Tokenizer = BpeTokenizer.O200kHarmony;
    private static readonly byte[] Long = WorstCaseTexts.Create("lower-case", 300_000);
    private static readonly string LongText = Encoding.UTF8.GetString(Long);

    [Fact]
    public void Encode_AnyWay_GivesBackWhatItRents() => AssertGivenBack(static () =>
    {
        Tokenizer.Encode(Long);
        Tokenizer.Encode(LongText);
        Tokenizer.EncodePooled(LongText).Dispose();
        Tokenizer.EncodeBatchPooled([LongText, "short", LongText]).Dispose();
        Tokenizer.EncodeWithOffsets(LongText);
        Tokenizer.Count(LongText);
        Tokenizer.GetPrefixLength(LongText, 1_000);
        Tokenizer.GetSuffixStart(LongText, 1_000);
        Tokenizer.Encode(LongText, new int[10], out _, out _);
        Tokenizer.Decode(Tokenizer.Encode(Long));
    });

    [Fact]
    public void Encode_RefusedText_GivesBackWhatItRents() => AssertGivenBack(static () =>
    {
        string refused = LongText + "<|end|>";
        byte[] illFormed = [.. Long, 0xFF];
        EncodeOptions strict = EncodeOptions.Default with { RejectInvalidUtf8 = true };
        Assert.Throws<SpecialTokenException>(() => Tokenizer.Encode(refused));
        Assert.Throws<SpecialTokenException>(() => Tokenizer.EncodePooled(refused));
        Assert.Throws<SpecialTokenException>(() => Tokenizer.EncodeBatchPooled(["short", refused, LongText]));
        Assert.Throws<SpecialTokenException>(() => Tokenizer.EncodeWithOffsets(refused));
        Assert.Throws<SpecialTokenException>(() => Tokenizer.GetSuffixStart(refused, 10));
        Assert.Throws<InvalidUtf8Exception>(() => Tokenizer.Encode(illFormed, strict));
        Assert.Throws<InvalidUtf8Exception>(() => Tokenizer.EncodePooled(illFormed, strict));
        Assert.Throws<UnknownTokenException>(() => Tokenizer.Decode([1, 2, -1]));
    });

    /// <summary>Cancelled or broken off in the middle of the text, by the writer that takes the
    /// ids.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Encode_StoppedByItsWriter_GivesBackWhatItRents(bool cancels) => AssertGivenBack(() =>
    {
        // Many words, then one long piece.
        string text = string.Concat(Enumerable.Repeat("some words of a text ", 5_000)) + LongText;
        using var source = new CancellationTokenSource();
        var writer = new StoppingWriter(afterWrites: 3, () =>
        {
            source.Cancel();
            if (!cancels)
            {
                throw new InvalidOperationException("The writer is full.");
            }
        });

        Exception? stopped = Record.Exception(() => Tokenizer.Encode(text, writer, options: null, source.Token));

        Assert.Equal(cancels ? typeof(OperationCanceledException) : typeof(InvalidOperationException), stopped?.GetType());
        Assert.Equal(Tokenizer.Encode(text), Tokenizer.Encode(Encoding.UTF8.GetBytes(text)));
    });

    [Fact]
    public void Encode_CancelledBefore_GivesBackWhatItRents() => AssertGivenBack(static () =>
    {
        var cancelled = new CancellationToken(canceled: true);
        Assert.ThrowsAny<OperationCanceledException>(() => Tokenizer.Encode(Long, options: null, cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => Tokenizer.EncodePooled(LongText, options: null, cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => Tokenizer.Count(LongText, options: null, cancelled));
        Assert.ThrowsAny<OperationCanceledException>(
            () => Tokenizer.EncodeBatch([LongText, LongText], options: null, maxDegreeOfParallelism: 1, cancelled));
        Assert.ThrowsAny<OperationCanceledException>(
            () => Tokenizer.EncodeBatchPooled([LongText, LongText], options: null, maxDegreeOfParallelism: 1, cancelled));
    });

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void EncodeBatch_Cancelled_TouchesNoTextAfterwards(int threads)
    {
        using var source = new CancellationTokenSource();
        var texts = new WatchedTexts(LongText, count: 10_000, cancelAt: 20, source);

        Assert.ThrowsAny<OperationCanceledException>(
            () => Tokenizer.EncodeBatch(texts, options: null, threads, source.Token));

        int touched = texts.Close();
        Assert.InRange(touched, 20, 1_000);
        Tokenizer.EncodeBatch(Enumerable.Repeat(LongText, 16).ToArray(), maxDegreeOfParallelism: threads);
        Assert.Equal(0, texts.TouchedWhenClosed);
    }

    private static void AssertGivenBack(Action action)
    {
        action();
        using var watch = new PoolWatch();
        action();
        Assert.True(watch.RentedCount > 0, "nothing was rented, so that this shows nothing");
        Assert.Equal(0, watch.OutCount);
    }

    /// <summary>Runs an action after a number of writes.</summary>
    private sealed class StoppingWriter(int afterWrites, Action stop) : IBufferWriter<int>
    {
        private readonly ArrayBufferWriter<int> _ids = new();
        private int _writes;

        public void Advance(int count)
        {
            _ids.Advance(count);
            if (++_writes == afterWrites)
            {
                stop();
            }
        }

        public Memory<int> GetMemory(int sizeHint = 0) => _ids.GetMemory(sizeHint);

        public Span<int> GetSpan(int sizeHint = 0) => _ids.GetSpan(sizeHint);
    }

    /// <summary>The same text many times. Cancels after a number of reads, and counts the reads after it was
    /// closed.</summary>
    private sealed class WatchedTexts(string text, int count, int cancelAt, CancellationTokenSource source)
        : IReadOnlyList<string>
    {
        private int _touched;
        private int _touchedWhenClosed;
        private bool _checking = true;
        private volatile bool _closed;

        public int TouchedWhenClosed => _touchedWhenClosed;

        public int Count => count;

        public string this[int index]
        {
            get
            {
                // The batch checks each text for null before it starts.
                if (_checking)
                {
                    _checking = index < count - 1;
                    return text;
                }

                if (_closed)
                {
                    Interlocked.Increment(ref _touchedWhenClosed);
                }

                if (Interlocked.Increment(ref _touched) == cancelAt)
                {
                    source.Cancel();
                }

                return text;
            }
        }

        public int Close()
        {
            _closed = true;
            return _touched;
        }

        public IEnumerator<string> GetEnumerator() => Enumerable.Repeat(text, count).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
