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
                return replicas.Count(one => one.RetryAt <= now);
            }
        }
    }

    /// <summary>Chooses a replica for a prompt, and counts the request as its own. That is the one that
    /// holds the longest prefix, if that is half of the prompt or more, and unless it has over four requests
    /// more than twice those of the least loaded; else the least loaded. If all are out, the one whose time
    /// comes first is tried all the same.</summary>
    /// <param name="prefixes">The prompt's prefixes.</param>
    /// <param name="tried">Replicas that have failed already.</param>
    /// <returns>The replica; null if all were tried.</returns>
    public Replica? Enter(ReadOnlySpan<ulong> prefixes, IReadOnlySet<Replica> tried)
    {
        lock (_lock)
        {
            DateTimeOffset now = time.GetUtcNow();
            Replica? chosen = Choose(prefixes, tried, now) ?? replicas
                .Where(one => !tried.Contains(one)).MinBy(static one => one.RetryAt);
            if (chosen is not null)
            {
                chosen.Load++;
                chosen.Prefixes.Add(prefixes);
                if (chosen.IsOut)
                {
                    chosen.BeginTrial(now);
                }
            }

            return chosen;
        }
    }

    /// <summary>The request is over.</summary>
    public void Leave(Replica replica)
    {
        lock (_lock)
        {
            replica.Load--;
        }
    }

    /// <summary>The replica answers.</summary>
    /// <returns>Whether it had been out.</returns>
    public bool Succeed(Replica replica)
    {
        lock (_lock)
        {
            bool wasOut = replica.IsOut;
            replica.Succeed();
            return wasOut;
        }
    }

    /// <summary>The replica failed.</summary>
    public void Fail(Replica replica)
    {
        lock (_lock)
        {
            replica.Fail(time.GetUtcNow());
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
            if (one.RetryAt > now || tried.Contains(one))
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
