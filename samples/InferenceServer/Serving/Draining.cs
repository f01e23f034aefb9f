using InferenceServer.Configuration;

namespace InferenceServer.Serving;

/// <summary>
/// Stops the server in peace. While it is told to stop, no request is let in, and those that run have some
/// time to end; then they are cancelled. Only then does the server stop to listen, so that
/// <c>/health</c> can say so. Thread-safe.
/// </summary>
internal sealed class Draining(ServerOptions options, TimeProvider time) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private int _count;
    private bool _isStopping;

    /// <summary>Whether the server was told to stop.</summary>
    public bool IsStopping => Volatile.Read(ref _isStopping);

    /// <summary>Is cancelled when the time to end is over.</summary>
    public CancellationToken End => _end.Token;

    /// <summary>Counts a request, unless the server stops.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            _count += _isStopping ? 0 : 1;
            return !_isStopping;
        }
    }

    /// <summary>Ends a request that was counted.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (--_count == 0 && _isStopping)
            {
                _idle.TrySetResult();
            }
        }
    }

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _isStopping = true;
            if (_count == 0)
            {
                return;
            }
        }

        try
        {
            await _idle.Task.WaitAsync(options.Drain, time, cancellationToken);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            await _end.CancelAsync();
        }
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _end.Dispose();
}
