using Harmony.Engines;
using Microsoft.Extensions.Time.Testing;

namespace InferenceServer.Routing;

public sealed class ReplicaSetTests
{
    private static readonly HashSet<Replica> None = [];

    private readonly FakeTimeProvider _time = new();
    private readonly Replica[] _replicas =
        [.. Enumerable.Range(0, 3).Select(static i => new Replica($"{i}", ScriptedTokenGenerator.FromText(), 1000))];

    private ReplicaSet Set => field ??= new ReplicaSet(_replicas, _time);

    [Fact]
    public void Enter_UnknownPrompts_GoToTheLeastLoaded()
    {
        Replica[] chosen = [.. Enumerable.Range(1, 6).Select(i => Set.Enter([(ulong)i], None)!)];

        Assert.All(_replicas, one => Assert.Equal(2, chosen.Count(other => other == one)));
        Set.Leave(chosen[3]);
        Assert.Equal(chosen[3], Set.Enter([100], None));
    }

    [Fact]
    public void Enter_AKnownPrefix_GoesToTheLongest()
    {
        Replica first = Set.Enter([1, 2, 3], None)!;
        Replica other = Set.Enter([1, 9], new HashSet<Replica> { first })!;
        Assert.NotEqual(first, other);

        Assert.Equal(first, Set.Enter([1, 2, 3, 4], None));
        Assert.Equal(first, Set.Enter([1, 2], None));
        Assert.Equal(other, Set.Enter([1, 9, 10], None));
    }

    [Fact]
    public void Enter_AShortCommonBeginning_MakesNoDifference()
    {
        Replica first = Set.Enter([1, 2, 3], None)!;
        Set.Leave(first);

        Assert.NotEqual(first, Set.Enter([1, 8, 9], None));
    }

    [Fact]
    public void Enter_TheLongestIsOverloaded_GoesToTheLeastLoaded()
    {
        Replica first = Set.Enter([1, 2], None)!;

        // Up to four more than twice the least load, which is none.
        for (int load = 1; load <= 4; load++)
        {
            Assert.Equal(first, Set.Enter([1, 2], None));
        }

        Assert.NotEqual(first, Set.Enter([1, 2], None));
    }

    [Fact]
    public void Fail_AReplica_IsLeftOutForLongerEachTime()
    {
        Replica dead = Set.Enter([1], None)!;
        foreach (int seconds in (int[])[1, 2, 4, 8, 16, 32, 60, 60])
        {
            Set.Fail(dead);
            Assert.Equal(2, Set.AvailableCount);
            _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.Equal(2, Set.AvailableCount);
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(3, Set.AvailableCount);
        }

        Assert.True(Set.Succeed(dead));
        Set.Fail(dead);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(3, Set.AvailableCount);
    }

    [Fact]
    public void Enter_AReplicaMayBeBack_IsTriedByOneRequest()
    {
        Replica dead = Set.Enter([1], None)!;
        Set.Fail(dead);
        Set.Leave(dead);
        _time.Advance(TimeSpan.FromSeconds(1));
        HashSet<Replica> others = [.. _replicas.Where(one => one != dead)];

        Assert.Equal(dead, Set.Enter([1], others));
        Assert.Equal(2, Set.AvailableCount);
        Assert.NotEqual(dead, Set.Enter([1], None));
    }

    [Fact]
    public void Enter_AllAreOut_TriesTheOneWhoseTimeComesFirst()
    {
        Replica[] order = [_replicas[1], _replicas[2], _replicas[0]];
        foreach (Replica one in order)
        {
            Set.Fail(one);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(0, Set.AvailableCount);
        Assert.Equal(order[0], Set.Enter([1], None));
        Assert.Equal(order[1], Set.Enter([1], new HashSet<Replica> { order[0] }));
        Assert.Null(Set.Enter([1], new HashSet<Replica>(order)));
    }
}
