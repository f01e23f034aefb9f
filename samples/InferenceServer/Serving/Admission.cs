using System.Threading.RateLimiting;
using InferenceServer.Configuration;

namespace InferenceServer.Serving;

/// <summary>Lets as many requests through as the engine is meant to sample at a time, and a bounded number
/// wait. Thread-safe.</summary>
internal sealed class Admission(ServerOptions options) : IDisposable
{
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.MaxConcurrent,
        QueueLimit = options.MaxQueue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>How many requests wait.</summary>
    public long Waiting => _limiter.GetStatistics()!.CurrentQueuedCount;

    /// <summary>How many were let through and are not over.</summary>
    public long Running => options.MaxConcurrent - _limiter.GetStatistics()!.CurrentAvailablePermits;

    /// <summary>Waits for a place. Dispose the lease to leave; one that is not acquired means that too many
    /// wait already.</summary>
    public ValueTask<RateLimitLease> EnterAsync(CancellationToken cancellationToken) =>
        _limiter.AcquireAsync(1, cancellationToken);

    public void Dispose() => _limiter.Dispose();
}
