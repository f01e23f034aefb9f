using Harmony.Engines;

namespace InferenceServer.Routing;

/// <summary>One of several engines with the same model, and what is known of it. Guarded by the lock of its
/// <see cref="ReplicaSet"/>.</summary>
/// <param name="name">The address, for logs.</param>
/// <param name="generator">The engine.</param>
/// <param name="maxBlocks">How many blocks of prompts are remembered.</param>
internal sealed class Replica(string name, ITokenGenerator generator, int maxBlocks)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(1);

    private int _failures;

    public string Name => name;

    public ITokenGenerator Generator => generator;

    /// <summary>What it was sent.</summary>
    public PrefixIndex Prefixes { get; } = new(maxBlocks);

    /// <summary>How many requests of this server it has.</summary>
    public int Load { get; set; }

    /// <summary>When it may be tried again after a failure.</summary>
    public DateTimeOffset RetryAt { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>Whether its last request failed.</summary>
    public bool IsOut => _failures > 0;

    /// <summary>Leaves it out for a second, then twice as long each time, up to a minute.</summary>
    public void Fail(DateTimeOffset now)
    {
        RetryAt = now + DelayAfter(_failures);
        _failures++;

        // Who comes back has started again, with an empty cache.
        Prefixes.Clear();
    }

    /// <summary>Takes it in again.</summary>
    public void Succeed() => _failures = 0;

    /// <summary>While one request tries whether it is back, no other does.</summary>
    public void BeginTrial(DateTimeOffset now) => RetryAt = now + DelayAfter(_failures);

    private static TimeSpan DelayAfter(int failures)
    {
        TimeSpan delay = FirstDelay * (1 << Math.Min(failures, 6));
        return delay < MaxDelay ? delay : MaxDelay;
    }
}
