namespace InferenceServer.Routing;

/// <summary>Chooses among replicas. Thread-safe.</summary>
internal sealed class ReplicaSet(IReadOnlyList<Replica> replicas, TimeProvider time)
{
    private readonly Lock _lock = new();
    private int _next;

    /// <summary>How many replicas there are.</summary>
    public int Count => replicas.Count;

    /// <summary>How many of them a request may be sent to now.</summary>
    public int AvailableCount
    {
        get
        {
            lock (_lock)
            {
                DateTimeOffset now = time.GetUtcNow();
                return replicas.Count(one => one.IsAvailable(now));
            }
        }
    }

    /// <summary>Chooses a replica for a prompt, and counts the request as its own. That is the one that
    /// holds the longest prefix, if that is half of the prompt or more, and unless it has over four requests
    /// more than twice those of the least loaded; else the least loaded. If all are out, the one whose time
    /// comes first is tried all the same.</summary>
    /// <param name="prefixes">The prompt's prefixes.</param>
    /// <param name="tried">Replicas that have failed already.</param>
    /// <returns>The request at the replica; null if all were tried.</returns>
    public Visit? Enter(ReadOnlySpan<ulong> prefixes, IReadOnlySet<Replica> tried)
    {
        lock (_lock)
        {
            Replica? chosen = Choose(prefixes, tried, time.GetUtcNow()) ?? replicas
                .Where(one => !tried.Contains(one)).MinBy(static one => (one.Trial is not null, one.RetryAt));
            if (chosen is null)
            {
                return null;
            }

            var visit = new Visit(chosen, chosen.Outages);
            chosen.Load++;
            chosen.Trial = chosen.IsOut ? visit : null;
            return visit;
        }
    }

    /// <summary>The request is over.</summary>
    public void Leave(Visit visit)
    {
        lock (_lock)
        {
            visit.Replica.Load--;
            if (visit.Replica.Trial == visit)
            {
                visit.Replica.Trial = null;
            }
        }
    }

    /// <summary>The replica answers.</summary>
    /// <param name="visit">The request.</param>
    /// <param name="prefixes">The prompt's prefixes, which the replica has read; empty if it refuses the
    /// request.</param>
    /// <returns>Whether it had been out.</returns>
    public bool Succeed(Visit visit, ReadOnlySpan<ulong> prefixes)
    {
        lock (_lock)
        {
            bool wasOut = visit.Replica.IsOut;
            visit.Replica.Succeed();
            visit.Replica.Prefixes.Add(prefixes);
            return wasOut;
        }
    }

    /// <summary>The replica failed. Requests that break in one outage count once, and those that were sent
    /// to it although it is out do not count.</summary>
    /// <param name="visit">The request.</param>
    /// <param name="isOfReplica">Whether the request cannot be the reason.</param>
    /// <returns>Whether the replica is left out from now on.</returns>
    public bool Fail(Visit visit, bool isOfReplica)
    {
        lock (_lock)
        {
            Replica replica = visit.Replica;
            DateTimeOffset now = time.GetUtcNow();
            bool isNew = visit.Outages == replica.Outages && replica.RetryAt <= now;
            if (!isNew || !(isOfReplica || replica.CountError()))
            {
                return false;
            }

            replica.Fail(now);
            return true;
        }
    }

    private Replica? Choose(ReadOnlySpan<ulong> prefixes, IReadOnlySet<Replica> tried, DateTimeOffset now)
    {
        // Among equals, each gets its turn.
        int start = _next++ & int.MaxValue;
        Replica? longest = null;
        Replica? least = null;
        int longestMatch = 0;
        for (int i = 0; i < replicas.Count; i++)
        {
            Replica one = replicas[(start + i) % replicas.Count];
            if (!one.IsAvailable(now) || tried.Contains(one))
            {
                continue;
            }

            int match = one.Prefixes.Match(prefixes);
            if (2 * match < prefixes.Length)
            {
                // A short beginning, such as a common system message, is soon read again.
                match = 0;
            }

            if (match > longestMatch || (match == longestMatch && match > 0 && one.Load < longest!.Load))
            {
                (longest, longestMatch) = (one, match);
            }

            least = least is null || one.Load < least.Load ? one : least;
        }

        return longest is not null && longest.Load <= (2 * least!.Load) + 4 ? longest : least;
    }
}
