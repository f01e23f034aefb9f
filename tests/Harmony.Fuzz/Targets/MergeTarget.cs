using Harmony.Bpe.Merging.LongPieces;
using Harmony.Bpe.Reference;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Tests.Oracles;
using Harmony.Bpe.Vocabulary;
using Harmony.Fuzz.Inputs;

namespace Harmony.Fuzz.Targets;

/// <summary>All mergers against scanning, with the real vocabulary and with random ones.</summary>
internal sealed class MergeTarget : IFuzzTarget
{
    public string Name => "merge";

    public void Run(FuzzCase one)
    {
        FrozenVocabulary vocabulary = FrozenVocabulary.Embedded;
        int letters = one.Random.Next(1, 11);
        bool isRandom = one.OneIn(2);
        if (isRandom)
        {
            int merges = 1 << one.Random.Next(1, 12);
            List<byte[]> tokens = one.OneIn(3)
                ? RandomVocabulary.CreateTrained(one.Random.Next(), merges / 4, letters)
                : RandomVocabulary.Create(one.Random.Next(), merges, shuffled: one.OneIn(2), letters);
            vocabulary = FrozenVocabulary.OpenCopy(RandomVocabulary.Freeze(tokens));
        }

        for (int texts = isRandom ? 20 : 1; texts > 0; texts--)
        {
            byte[] piece = isRandom
                ? RandomVocabulary.NextText(one.Random, letters, 3_000)
                : TextMaker.Next(one, 3_000);
            if (piece.Length > 0)
            {
                one.Note("piece", piece);
                Compare(vocabulary, piece);
            }
        }

        GC.KeepAlive(vocabulary);
    }

    private static void Compare(FrozenVocabulary vocabulary, byte[] piece)
    {
        MergeTable merges = vocabulary.Merges;
        var expected = new int[piece.Length];
        expected = expected[..ScanMerger.Merge(piece, merges, expected)];
        var ids = new int[piece.Length];
        int count = PieceMerger.Merge(piece, vocabulary, ids, CancellationToken.None);
        FuzzException.ThrowUnlessEqual<int>(expected, ids.AsSpan(0, count), nameof(PieceMerger));
        count = WindowMerger.Merge(piece, merges, ids, CancellationToken.None);
        FuzzException.ThrowUnlessEqual<int>(expected, ids.AsSpan(0, count), nameof(WindowMerger));
        count = WindowMerger.Merge(piece, vocabulary, ids, CancellationToken.None);
        FuzzException.ThrowUnlessEqual<int>(expected, ids.AsSpan(0, count), "walks and windows");
        count = HeapMerger.Merge(piece, merges, ids, starts: [], CancellationToken.None);
        FuzzException.ThrowUnlessEqual<int>(expected, ids.AsSpan(0, count), nameof(HeapMerger));
    }
}
