using System.Text;
using Harmony.Bpe.Batches;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Tests;

/// <summary>The size of a thread's memory affects speed, never ids. Each test has its own thread, so that it
/// starts without a state.</summary>
[Collection(nameof(EncoderCacheTests))]
[CollectionDefinition(nameof(EncoderCacheTests), DisableParallelization = true)]
public sealed class EncoderCacheTests
{
    private static readonly string[] Syllables =
        ["the", "in", "q", "zx", "ung", "ß", "né", "во", "ст", "зж", "の", "漢", "字", "語", "한", "ي", "😀"];

    private static readonly string Text =
        string.Concat(Enumerable.Range(0, 20_000).Select(static i => $"word{i:x} {i * 7919} naïve\n"));

    [Theory]
    [InlineData(EncoderCache.MinBytesPerThread)]
    [InlineData(700_001)]
    [InlineData(EncoderCache.DefaultBytesPerThread)]
    [InlineData(32 * 1024 * 1024)]
    [InlineData(256 * 1024 * 1024)]
    [InlineData(EncoderCache.MaxBytesPerThread)]
    public void BytesPerThread_AnySize_SameIds(int bytes)
    {
        int[] expected = BpeTokenizer.O200kHarmony.Encode(Text);
        try
        {
            EncoderCache.BytesPerThread = bytes;

            Assert.Equal(bytes, EncoderCache.BytesPerThread);
            Assert.Equal(expected, BpeTokenizer.O200kHarmony.Encode(Text));
            Assert.Equal(expected, BpeTokenizer.O200kHarmony.Encode(Text));
        }
        finally
        {
            EncoderCache.BytesPerThread = EncoderCache.DefaultBytesPerThread;
        }
    }

    [Fact]
    public void BytesPerThread_Changed_ThreadGetsNewMemory()
    {
        BatchState before = BatchState.Rent(FrozenVocabulary.Embedded);
        BatchState.Return(before);
        try
        {
            EncoderCache.BytesPerThread = 2 * EncoderCache.DefaultBytesPerThread;
            BatchState after = BatchState.Rent(FrozenVocabulary.Embedded);
            BatchState.Return(after);

            Assert.NotSame(before, after);
        }
        finally
        {
            EncoderCache.BytesPerThread = EncoderCache.DefaultBytesPerThread;
        }
    }

    /// <summary>Words of twelve Chinese characters in turn: 4 MiB have room for 8,000, and none
    /// for 27,000.</summary>
    [Theory]
    [InlineData(EncoderCache.DefaultBytesPerThread, 8_000, 1)]
    [InlineData(EncoderCache.DefaultBytesPerThread, 27_000, 4)]
    [InlineData(EncoderCache.DefaultBytesPerThread, 90_000, 4)]
    [InlineData(BatchState.BytesAtStart, 27_000, 1)]
    [InlineData(5 * BatchState.BytesAtStart, 27_000, 1)]
    public async Task Encode_LostPiecesComeAgain_CacheGrowsToTheLimitAsync(int limit, int words, uint growth)
    {
        string text = ChineseWords(words);
        try
        {
            EncoderCache.BytesPerThread = limit;

            await OnThreadAsync(EncodeAgainAndAgain);
        }
        finally
        {
            EncoderCache.BytesPerThread = EncoderCache.DefaultBytesPerThread;
        }

        void EncodeAgainAndAgain()
        {
            uint before = CountLines();
            int[] expected = BpeTokenizer.O200kHarmony.Encode(text);
            for (int round = 0; round < 10; round++)
            {
                Assert.Equal(expected, BpeTokenizer.O200kHarmony.Encode(text));
            }

            Assert.Equal(growth * before, CountLines());
        }
    }

    [Fact]
    public Task Shrink_GrownAndIdle_BeginsAgainWithTheMemoryOfTheStartAsync() => OnThreadAsync(static () =>
    {
        uint before = CountLines();
        int[] expected = Grow();
        Assert.Equal(4 * before, CountLines());

        long now = Environment.TickCount64;
        GrownCaches.Shrink(now);
        Assert.Equal(4 * before, CountLines());
        GrownCaches.Shrink(now + 120_000);
        Assert.Equal(before, CountLines());
        Assert.Equal(expected, Grow());
        Assert.Equal(4 * before, CountLines());
    });

    [Fact]
    public Task Shrink_GrownAndInUse_LeavesItAloneAsync() => OnThreadAsync(static () =>
    {
        Grow();
        uint grown = CountLines();
        BatchState state = BatchState.Rent(FrozenVocabulary.Embedded);

        GrownCaches.Shrink(Environment.TickCount64 + 120_000);

        Assert.Equal(grown, state.Cache.Lines.Count);
        BatchState.Return(state);
        GrownCaches.Shrink(Environment.TickCount64 + 120_000);
        Assert.Equal(grown / 4, CountLines());
    });

    [Fact]
    public Task Shrink_WhileThreadsEncode_SameIdsAsync() => OnThreadAsync(static () =>
    {
        int[] expected = Grow();
        bool isDone = false;
        var shrinking = new Thread(() =>
        {
            while (!Volatile.Read(ref isDone))
            {
                GrownCaches.Shrink(Environment.TickCount64 + 120_000);
            }
        });
        shrinking.Start();
        try
        {
            for (int round = 0; round < 5; round++)
            {
                Assert.Equal(expected, Grow());
            }
        }
        finally
        {
            Volatile.Write(ref isDone, true);
            shrinking.Join();
        }
    });

    /// <summary>Encodes words until the cache has grown.</summary>
    private static int[] Grow()
    {
        string text = ChineseWords(27_000);
        int[] ids = [];
        for (int round = 0; round < 3; round++)
        {
            ids = BpeTokenizer.O200kHarmony.Encode(text);
        }

        return ids;
    }

    private static string ChineseWords(int count)
    {
        var random = new Random(1);
        return string.Join(
            '\n',
            Enumerable.Range(0, count).Select(_ => new string(
                [.. Enumerable.Range(0, 12).Select(_ => (char)random.Next(0x4E00, 0x9FA5))])));
    }

    private static uint CountLines()
    {
        BatchState state = BatchState.Rent(FrozenVocabulary.Embedded);
        BatchState.Return(state);
        return state.Cache.Lines.Count;
    }

    /// <summary>Runs on a thread of its own, whose cache has not grown yet.</summary>
    private static Task OnThreadAsync(Action action) => Task.Factory.StartNew(
        action,
        TestContext.Current.CancellationToken,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    [Theory]
    [InlineData(EncoderCache.MinBytesPerThread - 1)]
    [InlineData(EncoderCache.MaxBytesPerThread + 1)]
    [InlineData(-1)]
    public void BytesPerThread_OutOfRange_Throws(int bytes) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => EncoderCache.BytesPerThread = bytes);

    [Fact]
    public void Encode_ManyMorePiecesThanFit_SameIdsAsWithoutACache()
    {
        string[] texts = [.. Enumerable.Range(0, 40).Select(RandomWords)];
        int[][] expected = [.. texts.Select(static text =>
            BpeTokenizer.O200kHarmony.EncodeWithOffsets(text).Select(static token => token.Id).ToArray())];
        try
        {
            EncoderCache.BytesPerThread = EncoderCache.MinBytesPerThread;
            for (int round = 0; round < 300; round++)
            {
                // Some come again soon, others after all others.
                int i = round % 3 == 0 ? round / 3 % texts.Length : round % 7;

                Assert.Equal(expected[i], BpeTokenizer.O200kHarmony.Encode(texts[i]));
            }
        }
        finally
        {
            EncoderCache.BytesPerThread = EncoderCache.DefaultBytesPerThread;
        }
    }

    [Fact]
    public void Clear_ThenEncode_SameIds()
    {
        int[] expected = BpeTokenizer.O200kHarmony.Encode(Text);

        EncoderCache.Clear();

        Assert.Equal(expected, BpeTokenizer.O200kHarmony.Encode(Text));
    }

    /// <summary>3,000 words of up to twelve syllables of a few scripts: entries of every kind.</summary>
    private static string RandomWords(int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (int word = 0; word < 3000; word++)
        {
            int script = random.Next(4) * 4;
            for (int syllables = random.Next(1, 13); syllables > 0; syllables--)
            {
                text.Append(Syllables[script + random.Next(5)]);
            }

            text.Append(' ');
        }

        return text.ToString();
    }
}
