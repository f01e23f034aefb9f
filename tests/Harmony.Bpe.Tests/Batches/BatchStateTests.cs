using Harmony.Bpe.Batches;
using Harmony.Bpe.Tests.Generators;
using Harmony.Bpe.Vocabulary;

namespace Harmony.Bpe.Tests.Batches;

/// <summary>What a thread keeps for several vocabularies. Each test has a thread of its own.</summary>
public sealed unsafe class BatchStateTests
{
    private static readonly FrozenVocabulary[] Vocabularies = [.. Enumerable.Range(0, BatchState.MaxIdle + 1)
        .Select(static i => FrozenVocabulary.OpenCopy(
            RandomVocabulary.Freeze(RandomVocabulary.Create(i, merges: 5, shuffled: false))))];

    [Fact]
    public void Rent_VocabulariesInTurns_GivesEachItsOwnPieces() => OnThread(static () =>
    {
        BatchState[] states = [.. Vocabularies.Take(BatchState.MaxIdle).Select(RentAndReturn)];
        Assert.Equal(BatchState.MaxIdle, states.Distinct().Count());
        for (int i = 0; i < states.Length; i++)
        {
            Remember(states[i], i);
        }

        foreach (int i in new[] { 0, 3, 1, 2, 0, 0, 3 })
        {
            Assert.Same(states[i], RentAndReturn(Vocabularies[i]));
            Assert.True(Remembers(states[i], i));
        }
    });

    [Fact]
    public void Rent_OneVocabularyTooMany_TakesTheMemoryOfTheOneNotUsedForLongest() => OnThread(static () =>
    {
        BatchState[] states = [.. Vocabularies.Take(BatchState.MaxIdle).Select(RentAndReturn)];
        for (int i = 0; i < states.Length; i++)
        {
            Remember(states[i], i);
        }

        RentAndReturn(Vocabularies[0]);
        BatchState last = RentAndReturn(Vocabularies[^1]);

        Assert.Same(states[1], last);
        Assert.False(Remembers(last, 1));
        Assert.All([0, 2, 3], i => Assert.Same(states[i], RentAndReturn(Vocabularies[i])));
        Assert.All([0, 2, 3], i => Assert.True(Remembers(states[i], i)));
    });

    [Fact]
    public void Rent_InsideACall_GivesAnotherOneAndKeepsOneOfThem() => OnThread(static () =>
    {
        BatchState outer = BatchState.Rent(Vocabularies[0]);
        BatchState inner = BatchState.Rent(Vocabularies[0]);
        Assert.NotSame(outer, inner);

        BatchState.Return(inner);
        BatchState.Return(outer);

        Assert.Same(outer, BatchState.Rent(Vocabularies[0]));
        BatchState another = BatchState.Rent(Vocabularies[0]);
        Assert.NotSame(inner, another);
        Assert.NotSame(outer, another);
    });

    [Fact]
    public void Return_MoreThanMayBeIdle_KeepsTheLastOnes() => OnThread(static () =>
    {
        BatchState[] states = [.. Vocabularies.Select(BatchState.Rent)];
        Array.ForEach(states, BatchState.Return);

        Assert.All(Enumerable.Range(1, BatchState.MaxIdle), i => Assert.Same(states[i], RentAndReturn(Vocabularies[i])));
        Assert.NotSame(states[0], RentAndReturn(Vocabularies[0]));
    });

    [Fact]
    public void ClearIdle_SeveralVocabularies_ForgetsThePiecesOfAll() => OnThread(static () =>
    {
        BatchState[] states = [.. Vocabularies.Take(2).Select(RentAndReturn)];
        Remember(states[0], 0);
        Remember(states[1], 1);

        BatchState.ClearIdle();

        Assert.False(Remembers(states[0], 0));
        Assert.False(Remembers(states[1], 1));
        Assert.Same(states[0], RentAndReturn(Vocabularies[0]));
    });

    private static BatchState RentAndReturn(FrozenVocabulary vocabulary)
    {
        BatchState state = BatchState.Rent(vocabulary);
        BatchState.Return(state);
        return state;
    }

    private static void Remember(BatchState state, int number)
    {
        uint id = (uint)number + 1;
        state.Cache.Log.Add(PieceOf(number), HashOf(number), &id, 1);
    }

    private static bool Remembers(BatchState state, int number)
    {
        uint* ids = stackalloc uint[64];
        return state.Cache.Log.Find(PieceOf(number), HashOf(number), ids) == 1 && ids[0] == number + 1;
    }

    private static byte[] PieceOf(int number) => [(byte)number, .. new byte[40]];

    private static ulong HashOf(int number) => PieceTable.HashLong(PieceOf(number), seed: 1);

    private static void OnThread(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(action));
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }
}
