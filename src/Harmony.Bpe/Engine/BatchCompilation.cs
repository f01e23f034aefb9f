using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Harmony.Bpe.Calls;
using Harmony.Bpe.Kernels;
using Harmony.Bpe.Specials;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Engine;

/// <summary>
/// Compiles the code for batches on a thread of its own. Under the JIT that takes tens of milliseconds,
/// longer than the reference path takes for a process's first texts; so these take the reference path until
/// the code is there. The thread starts after some text, so that a process's first call, which has much to
/// compile itself, need not share a core with it. Code that is compiled ahead of time is there from the start.
/// </summary>
internal static class BatchCompilation
{
    /// <summary>A text of this many bytes is worth waiting for the code.</summary>
    private const int WorthWaiting = 32 * 1024;

    /// <summary>The bytes on the reference path after which more are expected.</summary>
    private const int WorthStarting = 16 * 1024;

    private static volatile bool _isDone = !RuntimeFeature.IsDynamicCodeCompiled;
    private static int _isStarted;

    // Of the texts so far, in bytes. Threads that add at once may lose some.
    private static int _length;

    /// <summary>Whether the code is there.</summary>
    public static bool IsDone => _isDone;

    /// <summary>Returns whether a text should be encoded in batches. Starts the thread when it is worth
    /// it.</summary>
    /// <param name="length">The length of the text in bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsDoneFor(int length) => _isDone || IsWorthWaiting(length);

    /// <summary>Compiles the code for every sink, on the calling thread, by encoding with it.</summary>
    public static void Run()
    {
        FrozenVocabulary vocabulary = FrozenVocabulary.Embedded;
        var finder = new SpecialTokenFinder(vocabulary.OpenSpecialTokens(0));
        var context = new EncodeContext(
            vocabulary, finder, EncodeOptions.Ordinary, isFinal: true, CancellationToken.None);
        string sample = SampleText();
        byte[] text = Encoding.UTF8.GetBytes(sample);
        Utf16Transcoder.Convert(sample, new byte[3 * sample.Length], isFinal: true, useVectors: true, out _);
        var pooled = new PooledSink(text.Length);
        var span = new SpanSink(new int[text.Length]);
        var count = new CountSink(int.MaxValue);
        var writer = new WriterSink(new ArrayBufferWriter<int>(text.Length));
        Encode(context, text, ref pooled);
        Encode(context, text, ref span);
        Encode(context, text, ref count);
        Encode(context, text, ref writer);
        pooled.Dispose();
        GC.KeepAlive(vocabulary);
        _isDone = true;
    }

    /// <summary>Makes a text that goes through all the code: more than one batch, words that are tokens and
    /// words that are not, digits, punctuation, several scripts, and a long piece.</summary>
    public static string SampleText()
    {
        var text = new StringBuilder();
        uint random = 1;
        while (text.Length < 6_000)
        {
            text.Append(" The quick brown fox doesn't jump: 12345, ÄÖÜ straße, Привет мир, 你好世界, שלום, 😀👍🏽\r\n \n\n   x"
                + " internationalization\n");
            for (int i = 0; i < 100; i++)
            {
                random = (random * 1_664_525) + 1_013_904_223;
                text.Append((char)((random >> 24) % 7 == 0 ? ' ' : 'a' + ((random >> 16) % 26)));
            }
        }

        return text.Append('x', 300).Append('=', 300).ToString();
    }

    private static void Encode<TSink>(in EncodeContext context, ReadOnlySpan<byte> text, scoped ref TSink sink)
        where TSink : struct, ITokenSink, allows ref struct
    {
        int consumed = 0;
        OrdinaryEncoder.EncodeBatches(context, text, ref sink, ref consumed);
    }

    private static bool IsWorthWaiting(int length)
    {
        if (length < WorthWaiting && (_length += length) < WorthStarting)
        {
            return false;
        }

        if (Interlocked.Exchange(ref _isStarted, 1) == 0)
        {
            // A thread of its own, so that the memory it encodes with is freed when it ends.
            new Thread(TryRun) { IsBackground = true, Name = "Harmony: compiling" }.Start();
        }

        return length >= WorthWaiting;
    }

    private static void TryRun()
    {
        try
        {
            Run();
        }
#pragma warning disable CA1031 // Nobody waits for this thread, so an exception here would end the process.
        catch (Exception)
#pragma warning restore CA1031
        {
            // The calls that need the code compile it themselves, and throw what there is to throw.
            _isDone = true;
        }
    }
}
