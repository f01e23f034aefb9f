using System.Runtime.CompilerServices;
using System.Text;
using Harmony.Bpe.Calls;
using Harmony.Bpe.Engine;
using Harmony.Bpe.Specials;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Vocabulary;
using Harmony.Tests;

namespace Harmony.Bpe.Tests;

/// <summary>A vocabulary that was loaded at run time is collected with its tokenizer. Not later, so that
/// loading many does not fill the memory; and not earlier, while something still reads it. Runs apart from
/// other tests, whose memory would be measured too.</summary>
[Collection(nameof(VocabularyLifetimeTests))]
[CollectionDefinition(nameof(VocabularyLifetimeTests), DisableParallelization = true)]
public sealed class VocabularyLifetimeTests
{
    private const int FirstSpecial = 300_000;
    private const string SpecialName = "<|special|>";

    private static readonly Dictionary<string, int> Specials = new()
    {
        [SpecialName] = FirstSpecial,
        ["<|spec|>"] = FirstSpecial + 7,
    };

    /// <summary>Vocabularies made at run time are in the pinned object heap, which is larger while they are
    /// held.</summary>
    [Fact]
    public void LoadRankFile_ManyDropped_LeavesTheHeapAsItWas()
    {
        const int Count = 240;
        const long Least = Count * (long)SmallestFrozenLength;
        LoadAndUse(1, out _);
        Collect();
        long before = PinnedBytes();
        WeakReference[] dropped = LoadAndUse(Count, out long held);
        Collect();

        // Garbage of other tests is much smaller.
        Assert.InRange(held - before, Least - Least / 4, long.MaxValue);
        Assert.InRange(PinnedBytes() - before, long.MinValue, Least / 4);
        Assert.All(dropped, static tokenizer => Assert.False(tokenizer.IsAlive));
    }

    [Fact]
    public void GetTokenBytes_TokenizerDropped_StayRight()
    {
        List<byte[]> tokens = RandomVocabulary.Create(seed: 5, merges: 200, shuffled: false);
        int id = tokens.FindIndex(static token => token.Length > 10);
        ReadOnlySpan<byte> token = Load(tokens).GetTokenBytes(id);
        ReadOnlySpan<byte> name = Load(tokens).GetTokenBytes(FirstSpecial);
        byte[] sha256 = Load(tokens).RankFileSha256.ToArray();
        ReadOnlySpan<byte> kept = Load(tokens).RankFileSha256;
        for (int i = 0; i < 5; i++)
        {
            Collect();
            Overwrite();
        }

        Assert.Equal(tokens[id], token);
        Assert.Equal(SpecialName, Encoding.UTF8.GetString(name));
        Assert.Equal(sha256, kept);
    }

    [Fact]
    public void SpecialTokens_TokenizerDropped_StayRight()
    {
        SpecialTokens specials = Load(RandomVocabulary.Create(seed: 6, merges: 10, shuffled: false)).SpecialTokens;
        for (int i = 0; i < 5; i++)
        {
            Collect();
            Overwrite();
        }

        Assert.Equal(2, specials.Count);
        Assert.Equal([new(SpecialName, FirstSpecial), new("<|spec|>", FirstSpecial + 7)], specials);
        Assert.True(specials.TryGetId("<|spec|>", out int id));
        Assert.Equal(FirstSpecial + 7, id);
        Assert.False(specials.Contains(FirstSpecial + 1));
    }

    [Fact]
    public void Utf8StreamDecoder_TokenizerDropped_StaysRight()
    {
        List<byte[]> tokens = RandomVocabulary.Create(seed: 7, merges: 50, shuffled: false, letters: 4);
        var decoder = new Utf8StreamDecoder(Load(tokens));
        for (int id = 256; id < tokens.Count; id++)
        {
            if (id % 16 == 0)
            {
                Collect();
                Overwrite();
            }

            Assert.Equal(tokens[id], decoder.Append(id));
        }
    }

    /// <summary>The tokenizer is a temporary, which is dead in the caller before the call starts. Meanwhile
    /// another thread collects all the time, and other arrays overwrite what was freed.</summary>
    [Fact]
    public void Calls_TemporaryTokenizersDuringCollections_GiveWhatHeldOnesGive()
    {
        List<byte[]> tokens = RandomVocabulary.Create(seed: 8, merges: 60, shuffled: false);
        byte[] file = RandomVocabulary.ToRankFile(tokens);
        var random = new Random(8);
        byte[] utf8 = [.. Enumerable.Range(0, 40).SelectMany(_ => RandomVocabulary.NextText(random, 10, 400))];
        string text = string.Concat(Enumerable.Repeat("aab bca ccc" + SpecialName, 300));
        BpeTokenizer held = Load(file);
        int[] ids = held.Encode(utf8, EncodeOptions.Ordinary);
        int[] idsOfText = held.Encode(text, EncodeOptions.AllSpecial);
        int prefix = held.GetPrefixLength(utf8, ids.Length / 2, EncodeOptions.Ordinary);
        var few = new int[ids.Length / 2];
        held.Encode(utf8, few, out int fewConsumed, out int fewWritten, EncodeOptions.Ordinary);
        DuringCollections(() =>
        {
            Assert.Equal(ids, Load(file).Encode(utf8, EncodeOptions.Ordinary));
            Assert.Equal(ids.Length, Load(file).Count(utf8, EncodeOptions.Ordinary));
            Assert.Equal(idsOfText, Load(file).Encode(text, EncodeOptions.AllSpecial));
            Assert.Equal(prefix, Load(file).GetPrefixLength(utf8, ids.Length / 2, EncodeOptions.Ordinary));
            Load(file).Encode(utf8, few, out int consumed, out int written, EncodeOptions.Ordinary);
            Assert.Equal((fewConsumed, fewWritten), (consumed, written));
            Assert.Equal(ids[..written], few[..written]);
            Assert.Equal(utf8, Load(file).DecodeBytes(ids));
            Assert.True(Load(file).TryGetId(tokens[256], out int id));
            Assert.Equal(256, id);
            Assert.Throws<SpecialTokenException>(() => Load(file).Encode(text));
            Load(file).VerifyVocabulary();
        });
    }

    /// <summary>Only the engine holds the vocabulary: one piece on the reference path, whose merging takes
    /// long and reads only the tables.</summary>
    [Fact]
    public void OrdinaryEncoder_TemporaryVocabularyDuringCollections_GivesWhatAHeldOneGives()
    {
        List<byte[]> tokens = RandomVocabulary.Create(seed: 9, merges: 60, shuffled: false, letters: 3);
        byte[] frozen = RandomVocabulary.Freeze(tokens);
        var random = new Random(9);
        byte[] piece = [.. Enumerable.Range(0, 200_000).Select(_ => (byte)random.Next('a', 'd'))];
        FrozenVocabulary held = FrozenVocabulary.OpenCopy(frozen);
        int[] expected = EncodeOnTheReferencePath(held, piece);
        DuringCollections(() =>
            Assert.Equal(expected, EncodeOnTheReferencePath(FrozenVocabulary.OpenCopy(frozen), piece)));
        GC.KeepAlive(held);
    }

    private static int[] EncodeOnTheReferencePath(FrozenVocabulary vocabulary, byte[] utf8)
    {
        var sink = new PieceSink([]);
        var context = new EncodeContext(
            vocabulary,
            new SpecialTokenFinder(vocabulary.OpenSpecialTokens(0)),
            EncodeOptions.Ordinary,
            isFinal: true,
            CancellationToken.None);
        OrdinaryEncoder.Encode(context, utf8, ref sink, out _);
        return [.. sink.Ids];
    }

    private static void DuringCollections(Action action)
    {
        using var isOver = new ManualResetEventSlim();
        var collector = new Thread(() =>
        {
            while (!isOver.IsSet)
            {
                Collect();
                Overwrite();
            }
        });
        collector.Start();
        try
        {
            for (int i = 0; i < 25; i++)
            {
                action();
            }
        }
        finally
        {
            isOver.Set();
            collector.Join();
        }
    }

    /// <summary>The byte pairs, the largest part of a small vocabulary.</summary>
    private const int SmallestFrozenLength = 256 * 256 * sizeof(uint);

    // Not inlined: the frames of the tests must not keep alive what is dropped.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] LoadAndUse(int count, out long held)
    {
        var tokenizers = new BpeTokenizer[count];
        for (int i = 0; i < count; i++)
        {
            tokenizers[i] = Load(RandomVocabulary.Create(seed: i, merges: 10, shuffled: false));
            byte[] text = RandomVocabulary.NextText(new Random(i), 10, maxLength: 10_000);
            Assert.Equal(text, tokenizers[i].DecodeBytes(tokenizers[i].Encode(text)));
        }

        Collect();
        held = PinnedBytes();
        return [.. tokenizers.Select(static tokenizer => new WeakReference(tokenizer))];
    }

    /// <summary>The bytes of live pinned objects, after a collection.</summary>
    private static long PinnedBytes()
    {
        const int PinnedObjectHeap = 4;
        GCGenerationInfo pinned = GC.GetGCMemoryInfo(GCKind.FullBlocking).GenerationInfo[PinnedObjectHeap];
        return pinned.SizeAfterBytes - pinned.FragmentationAfterBytes;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static BpeTokenizer Load(List<byte[]> tokens) => Load(RandomVocabulary.ToRankFile(tokens));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static BpeTokenizer Load(byte[] file) => BpeTokenizer.LoadRankFile(new MemoryStream(file), Specials);

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    /// <summary>Overwrites freed pinned arrays with others full of ones.</summary>
    private static void Overwrite()
    {
        for (int i = 0; i < 4; i++)
        {
            GC.AllocateUninitializedArray<byte>(330_000, pinned: true).AsSpan().Fill(0xFF);
        }
    }
}
