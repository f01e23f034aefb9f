using System.Threading.RateLimiting;
using InferenceServer.Configuration;

namespace InferenceServer.Serving;

/// <summary>Lets as many requests sample as the engine is meant to at a time, and a bounded number wait or
/// send their bodies. Thread-safe.</summary>
internal sealed class Admission(ServerOptions options) : IDisposable
{
    private readonly ConcurrencyLimiter _seats = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.MaxConcurrent + options.MaxQueue,
    });

    // Whoever waits here has a seat, which is what bounds this queue.
    private readonly ConcurrencyLimiter _places = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.MaxConcurrent,
        QueueLimit = options.MaxConcurrent + options.MaxQueue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>How many requests send their bodies or wait for a place.</summary>
    public long Waiting => Math.Max(
        0,
        options.MaxConcurrent + options.MaxQueue - _seats.GetStatistics()!.CurrentAvailablePermits - Running);

    /// <summary>How many have a place.</summary>
    public long Running => options.MaxConcurrent - _places.GetStatistics()!.CurrentAvailablePermits;

    /// <summary>Takes a seat, which a request has from its arrival to its end. Dispose the lease to leave;
    /// one that is not acquired means that there are too many requests already.</summary>
    public RateLimitLease Arrive() => _seats.AttemptAcquire();

    /// <summary>Waits for a place. Dispose the lease to free it.</summary>
    public ValueTask<RateLimitLease> EnterAsync(CancellationToken cancellationToken) =>
        _places.AcquireAsync(1, cancellationToken);

    public void Dispose()
    {
        _seats.Dispose();
        _places.Dispose();
    }
}
