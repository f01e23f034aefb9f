using InferenceServer.Configuration;

namespace InferenceServer.Serving;

/// <summary>How long a request may go on: until its client leaves, its time is over, or the server has
/// drained.</summary>
internal sealed class RequestClock : IDisposable
{
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly CancellationToken _client;
    private readonly CancellationToken _server;
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _linked;

    public RequestClock(ServerOptions options, TimeProvider time, CancellationToken client, CancellationToken server)
    {
        _time = time;
        _start = time.GetTimestamp();
        _client = client;
        _server = server;
        _timeout = new CancellationTokenSource(options.Timeout, time);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(client, server, _timeout.Token);
    }

    /// <summary>Is cancelled when the request must end.</summary>
    public CancellationToken Token => _linked.Token;

    /// <summary>How long the request has taken.</summary>
    public TimeSpan Elapsed => _time.GetElapsedTime(_start);

    /// <summary>Why the request had to end; null if the client left and cannot be told.</summary>
    public Fault? Reason => _client.IsCancellationRequested ? null
        : _server.IsCancellationRequested ? Fault.Stopping
        : Fault.TimedOut;

    public void Dispose()
    {
        _linked.Dispose();
        _timeout.Dispose();
    }
}
