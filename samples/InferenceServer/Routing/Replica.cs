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

    // Over what a client's library makes of one bad request, with its usual two retries.
    private const int MaxErrors = 5;

    private int _failures;
    private int _errors;

    public string Name => name;

    public ITokenGenerator Generator => generator;

    /// <summary>What it has read.</summary>
    public PrefixIndex Prefixes { get; } = new(maxBlocks);

    /// <summary>How many requests of this server it has.</summary>
    public int Load { get; set; }

    /// <summary>When it may be tried again after a failure.</summary>
    public DateTimeOffset RetryAt { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>Whether its last request failed.</summary>
    public bool IsOut => _failures > 0;

    /// <summary>How often it was left out.</summary>
    public int Outages { get; private set; }

    /// <summary>The request that tries whether it is back; null for none.</summary>
    public Visit? Trial { get; set; }

    /// <summary>Whether a request may be sent to it: none is while one tries whether it is back.</summary>
    public bool IsAvailable(DateTimeOffset now) => RetryAt <= now && Trial is null;

    /// <summary>Counts an error that may be the request's own fault.</summary>
    /// <returns>Whether there were too many in a row.</returns>
    public bool CountError() => ++_errors >= MaxErrors;

    /// <summary>Leaves it out for a second, then twice as long each time, up to a minute.</summary>
    public void Fail(DateTimeOffset now)
    {
        TimeSpan delay = FirstDelay * (1 << Math.Min(_failures, 6));
        RetryAt = now + (delay < MaxDelay ? delay : MaxDelay);
        _failures++;
        Outages++;
        Trial = null;

        // Who comes back has started again, with an empty cache.
        Prefixes.Clear();
    }

    /// <summary>Takes it in again.</summary>
    public void Succeed()
    {
        _failures = _errors = 0;
        RetryAt = DateTimeOffset.MinValue;
        Trial = null;
    }
}
