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
        Visit[] visits = [.. Enumerable.Range(1, 6).Select(i => Begin([(ulong)i]))];

        Assert.All(_replicas, one => Assert.Equal(2, visits.Count(visit => visit.Replica == one)));
        Set.Leave(visits[3]);
        Assert.Equal(visits[3].Replica, Choose([100]));
    }

    [Fact]
    public void Enter_AKnownPrefix_GoesToTheLongest()
    {
        Replica first = Begin([1, 2, 3]).Replica;
        Replica other = Begin([1, 9], first).Replica;
        Assert.NotEqual(first, other);

        Assert.Equal(first, Choose([1, 2, 3, 4]));
        Assert.Equal(first, Choose([1, 2]));
        Assert.Equal(other, Choose([1, 9, 10]));
    }

    [Fact]
    public void Enter_AShortCommonBeginning_MakesNoDifference()
    {
        Visit first = Begin([1, 2, 3]);
        Set.Leave(first);

        Assert.NotEqual(first.Replica, Choose([1, 8, 9]));
    }

    [Fact]
    public void Enter_APrefixWithoutAnId_MakesNoDifference()
    {
        Visit first = Set.Enter([1, 2, 3], None)!;
        Set.Leave(first);

        Assert.NotEqual(first.Replica, Choose([1, 2, 3]));
    }

    [Fact]
    public void Enter_TheLongestIsOverloaded_GoesToTheLeastLoaded()
    {
        Replica first = Begin([1, 2]).Replica;

        // Up to four more than twice the least load, which is none.
        for (int load = 1; load <= 4; load++)
        {
            Assert.Equal(first, Choose([1, 2]));
        }

        Assert.NotEqual(first, Choose([1, 2]));
    }

    [Fact]
    public void Fail_AReplica_IsLeftOutForLongerEachTime()
    {
        foreach (int seconds in (int[])[1, 2, 4, 8, 16, 32, 60, 60])
        {
            Assert.True(Set.Fail(At(_replicas[0]), isOfReplica: true));
            Assert.Equal(2, Set.AvailableCount);
            _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.Equal(2, Set.AvailableCount);
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(3, Set.AvailableCount);
        }

        Assert.True(Set.Succeed(At(_replicas[0]), []));
        Set.Fail(At(_replicas[0]), isOfReplica: true);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(3, Set.AvailableCount);
    }

    [Fact]
    public void Fail_RequestsThatBreakInOneOutage_CountOnce()
    {
        Visit[] visits = [.. Enumerable.Range(0, 8).Select(_ => At(_replicas[0]))];

        Assert.Equal(1, visits[..4].Count(visit => Set.Fail(visit, isOfReplica: true)));
        Assert.Equal(2, Set.AvailableCount);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.DoesNotContain(visits[4..], visit => Set.Fail(visit, isOfReplica: true));
        Assert.Equal(3, Set.AvailableCount);
    }

    [Fact]
    public void Fail_RequestsThatAreSentAlthoughItIsOut_DoNotCount()
    {
        Set.Fail(At(_replicas[0]), isOfReplica: true);

        Visit sent = At(_replicas[0]);
        Assert.False(Set.Fail(sent, isOfReplica: true));
        Set.Leave(sent);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(3, Set.AvailableCount);
    }

    [Fact]
    public void Fail_ErrorsThatMayBeTheRequests_CountIfThereAreManyInARow()
    {
        bool FailOnce() => Set.Fail(At(_replicas[0]), isOfReplica: false);

        Assert.DoesNotContain(Enumerable.Range(0, 4), _ => FailOnce());
        Set.Succeed(At(_replicas[0]), []);
        Assert.DoesNotContain(Enumerable.Range(0, 4), _ => FailOnce());
        Assert.Equal(3, Set.AvailableCount);

        Assert.True(FailOnce());
        Assert.Equal(2, Set.AvailableCount);
    }

    [Fact]
    public void Succeed_AReplicaThatIsOut_IsInAtOnce()
    {
        Set.Fail(At(_replicas[0]), isOfReplica: true);
        Assert.Equal(2, Set.AvailableCount);

        Assert.True(Set.Succeed(At(_replicas[0]), []));
        Assert.Equal(3, Set.AvailableCount);
    }

    [Fact]
    public void Enter_AReplicaMayBeBack_IsTriedByOneRequest()
    {
        Replica dead = _replicas[0];
        Visit failed = At(dead);
        Set.Fail(failed, isOfReplica: true);
        Set.Leave(failed);
        _time.Advance(TimeSpan.FromSeconds(1));
        Visit trial = At(dead);

        // However long that takes.
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(2, Set.AvailableCount);
        Assert.NotEqual(dead, Choose([1]));
        Set.Leave(trial);
        Assert.Equal(3, Set.AvailableCount);
    }

    [Fact]
    public void Enter_AllAreOut_TriesTheOneWhoseTimeComesFirst()
    {
        Replica[] order = [_replicas[1], _replicas[2], _replicas[0]];
        foreach (Replica one in order)
        {
            Set.Fail(At(one), isOfReplica: true);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(0, Set.AvailableCount);
        Assert.Equal(order[0], Choose([1]));
        Assert.Equal(order[1], Choose([1], order[0]));
        Assert.Null(Choose([1], order));
    }

    private Replica? Choose(ulong[] prefixes, params Replica[] tried) =>
        Set.Enter(prefixes, tried.ToHashSet())?.Replica;

    /// <summary>A request that has its first id.</summary>
    private Visit Begin(ulong[] prefixes, params Replica[] tried)
    {
        Visit visit = Set.Enter(prefixes, tried.ToHashSet())!;
        Set.Succeed(visit, prefixes);
        return visit;
    }

    /// <summary>A request at a certain replica.</summary>
    private Visit At(Replica replica) => Set.Enter([], _replicas.Where(one => one != replica).ToHashSet())!;
}
