using System.Runtime.CompilerServices;
using System.Text;
using Harmony.Bpe.Batches;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Vocabulary;
using Harmony.Tests;

namespace Harmony.Bpe.Tests;

/// <summary>Many threads and many pieces: the ids are those of one thread, and nothing grows.</summary>
public sealed class StressTests
{
    private const int Threads = 64;

    private static readonly BpeTokenizer Tokenizer = BpeTokenizer.O200kHarmony;

    [Fact]
    public void Encode_SixtyFourThreads_GivesWhatOneThreadGives()
    {
        byte[][] texts = [.. Texts()];
        int[][] expected = [.. texts.Select(static text => Tokenizer.Encode(text, EncodeOptions.AllSpecial))];
        RunOnThreads(thread =>
        {
            var random = new Random(thread);
            for (int i = 0; i < 100; i++)
            {
                int at = random.Next(texts.Length);
                Assert.Equal(expected[at], Tokenizer.Encode(texts[at], EncodeOptions.AllSpecial));
                Assert.Equal(expected[at].Length, Tokenizer.Count(texts[at], EncodeOptions.AllSpecial));
                Assert.Equal(texts[at], Tokenizer.DecodeBytes(expected[at]));
            }
        });
    }

    /// <summary>Different vocabularies in turn on each thread: their caches stay apart.</summary>
    [Fact]
    public void Encode_TwoVocabulariesOnEachThread_AreNotMixedUp()
    {
        List<byte[]> tokens = RandomVocabulary.Create(1, merges: 300, shuffled: false);
        using var stream = new MemoryStream(RandomVocabulary.ToRankFile(tokens));
        BpeTokenizer other = BpeTokenizer.LoadRankFile(stream);
        byte[][] texts = [.. Texts().Take(40)];
        int[][] expected = [.. texts.Select(static text => Tokenizer.Encode(text, EncodeOptions.Ordinary))];
        int[][] expectedOfOther = [.. texts.Select(text => other.Encode(text, EncodeOptions.Ordinary))];
        RunOnThreads(thread =>
        {
            for (int i = 0; i < 40; i++)
            {
                int at = (thread + i) % texts.Length;
                Assert.Equal(expected[at], Tokenizer.Encode(texts[at], EncodeOptions.Ordinary));
                Assert.Equal(expectedOfOther[at], other.Encode(texts[at], EncodeOptions.Ordinary));
            }
        });
    }

    /// <summary>Pieces are cached in native memory of a fixed size, and never on the managed heap.</summary>
    [Fact]
    public void Encode_MillionDifferentPieces_AllocatesNothing()
    {
        const int PiecesToAText = 1_000;
        var text = new byte[PiecesToAText * 12];
        var ids = new int[text.Length];
        var random = new Random(1);
        long before = 0;
        for (int i = 0; i < 1_040; i++)
        {
            if (i == 40)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            for (int at = 0; at < text.Length; at++)
            {
                text[at] = at % 12 == 0 ? (byte)' ' : (byte)random.Next('a', 'z' + 1);
            }

            Tokenizer.Encode(text, ids, out _, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>The memory of a thread is freed after the thread has ended.</summary>
    [Fact]
    public void BatchState_OfAThreadThatEnded_IsCollected()
    {
        WeakReference[] states = [.. Enumerable.Range(0, 16).Select(static _ => StateOfAThread())];
        for (int i = 0; i < 10 && Array.Exists(states, static state => state.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.DoesNotContain(states, static state => state.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference StateOfAThread()
    {
        WeakReference? state = null;
        var thread = new Thread(() =>
        {
            BatchState rented = BatchState.Rent(FrozenVocabulary.Embedded);
            BatchState.Return(rented);
            state = new WeakReference(rented);
        });
        thread.Start();
        thread.Join();
        return state!;
    }

    private static IEnumerable<byte[]> Texts()
    {
        var generator = new EdgeTextGenerator(77);
        for (int i = 0; i < 150; i++)
        {
            yield return generator.NextUtf8(runs: 1 + i);
        }

        foreach (string name in WorstCaseTexts.Names)
        {
            yield return WorstCaseTexts.Create(name, 5_000);
        }

        yield return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("<|start|>user<|message|>Hi there!<|end|>", 50)));
    }

    private static void RunOnThreads(Action<int> run)
    {
        var failures = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        using var start = new Barrier(Threads);
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(number => new Thread(() =>
        {
            start.SignalAndWait();
            Exception? failure = Record.Exception(() => run(number));
            if (failure is not null)
            {
                failures.Enqueue(failure);
            }
        }))];
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        Assert.Empty(failures);
    }
}
