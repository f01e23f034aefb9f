using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Harmony.Engines.Http;

/// <summary>
/// One completion of a server: sends the request, again where that is safe, and reads the stream. All
/// failures but the caller's cancellation become a <see cref="TokenGenerationException"/>. Not
/// thread-safe.
/// </summary>
internal sealed partial class EngineCall : IAsyncDisposable
{
    // Reads of what has come already, before a connection is closed.
    private const int MaxScrapReads = 64;

    private readonly EngineClient _client;
    private readonly TokenRequest _request;
    private readonly ReadOnlyMemory<byte> _body;
    private readonly CancellationToken _caller;
    private readonly EngineEvent _event = new();
    private CancellationTokenSource? _timeout;
    private CancellationTokenSource? _linked;
    private HttpResponseMessage? _response;
    private Stream? _stream;
    private IAsyncEnumerator<SseItem<EngineEvent>>? _events;
    private TimeSpan? _askedDelay;
    private TokenFinishReason _finish;
    private int? _stopId;
    private int? _cached;
    private int _received;
    private int _firstId = -1;
    private int _lastId = -1;
    private int _retries;

    // A stop id came; the server sends no more; all ids were given out; the last chunk was.
    private bool _hasStopped;
    private bool _hasServerEnded;
    private bool _isAtEnd;
    private bool _isOver;

    public EngineCall(EngineClient client, TokenRequest request, CancellationToken cancellationToken)
    {
        _client = client;
        _request = request;
        _caller = cancellationToken;
        _body = client.WriteBody(request);
    }

    public TokenChunk Current { get; private set; }

    private HttpGeneratorOptions Options => _client.Options;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> MoveNextAsync()
    {
        while (!_isOver)
        {
            try
            {
                Current = await NextAsync().ConfigureAwait(false);
                return true;
            }
            catch (Exception failure) when (Translate(failure) is { } error)
            {
                _caller.ThrowIfCancellationRequested();
                if (_hasStopped)
                {
                    // The completion is whole; only the server's figures are missing.
                    Current = End();
                    return true;
                }

                if (!MayRetry(error))
                {
                    if (ReferenceEquals(error, failure))
                    {
                        throw;
                    }

                    throw error;
                }
            }

            await CloseAsync().ConfigureAwait(false);
            _isAtEnd = _hasServerEnded = false;
            await Task.Delay(NextDelay(), Options.TimeProvider, _caller).ConfigureAwait(false);
        }

        return false;
    }

    public ValueTask DisposeAsync() => CloseAsync();

    /// <summary>Reads the next ids, or the end.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TokenChunk> NextAsync()
    {
        _caller.ThrowIfCancellationRequested();
        if (_isAtEnd)
        {
            return End();
        }

        _events ??= await OpenAsync().ConfigureAwait(false);
        while (true)
        {
            if (!await ReadAsync(_events).ConfigureAwait(false))
            {
                _isAtEnd = _hasServerEnded = true;
                return End();
            }

            ReadOnlyMemory<int> ids = Take(out ReadOnlyMemory<TokenLogProbability> probabilities);
            _hasServerEnded |= _event.IsEnd;
            _isAtEnd |= _event.IsEnd;
            if (!ids.IsEmpty)
            {
                return new TokenChunk(ids)
                {
                    CachedPromptTokens = _event.CachedPromptTokens,
                    LogProbabilities = probabilities,
                };
            }

            if (_isAtEnd)
            {
                return End();
            }
        }
    }

    /// <summary>Reads the next event. Time runs only while the server is waited for, not while the caller
    /// works.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReadAsync(IAsyncEnumerator<SseItem<EngineEvent>> events)
    {
        ValueTask<bool> reading = events.MoveNextAsync();
        if (_received == 0 || reading.IsCompleted)
        {
            return await reading.ConfigureAwait(false);
        }

        _timeout!.CancelAfter(Options.IdleTimeout);
        bool hasEvent = await reading.ConfigureAwait(false);
        _timeout.CancelAfter(Timeout.InfiniteTimeSpan);
        return hasEvent;
    }

    private async Task<IAsyncEnumerator<SseItem<EngineEvent>>> OpenAsync()
    {
        _askedDelay = null;
        _timeout = new CancellationTokenSource(Options.FirstTokenTimeout, Options.TimeProvider);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(_caller, _timeout.Token);
        using HttpRequestMessage message = _client.MakeMessage(_body, _request.SessionId);
        _response = await _client.Http.SendAsync(
            message, HttpCompletionOption.ResponseHeadersRead, _linked.Token).ConfigureAwait(false);
        _askedDelay = _response.Headers.RetryAfter?.Delta;
        if (!_response.IsSuccessStatusCode)
        {
            throw await ServerError.ReadAsync(_response, _linked.Token).ConfigureAwait(false);
        }

        if (_response.Content.Headers.ContentType?.MediaType is not "text/event-stream" and string type)
        {
            throw new TokenGenerationException(
                TokenGenerationError.InvalidResponse,
                $"The server at {_client.ServerName} answered with {type} instead of a stream of events.")
            {
                StatusCode = _response.StatusCode,
            };
        }

        _stream = await _response.Content.ReadAsStreamAsync(_linked.Token).ConfigureAwait(false);
        return SseParser.Create(_stream, ReadEvent).EnumerateAsync(_linked.Token)
            .GetAsyncEnumerator(_linked.Token);
    }

    private EngineEvent ReadEvent(string type, ReadOnlySpan<byte> utf8)
    {
        _event.Clear();
        if (utf8.SequenceEqual("[DONE]"u8))
        {
            _event.IsEnd = true;
            return _event;
        }

        try
        {
            var json = new Utf8JsonReader(utf8);
            if (json.Read() && json.TokenType == JsonTokenType.StartObject)
            {
                _client.Protocol.ReadEvent(ref json, _event);
            }
        }
        catch (Exception other) when (
            other is InvalidOperationException or FormatException or KeyNotFoundException)
        {
            // A value of another type, or none at all.
            throw new JsonException(other.Message, other);
        }

        return _event;
    }

    /// <summary>Takes the current event's ids that are new.</summary>
    private ReadOnlyMemory<int> Take(out ReadOnlyMemory<TokenLogProbability> probabilities)
    {
        probabilities = default;
        if (_event.Error is { } error)
        {
            throw error;
        }

        _cached = _event.CachedPromptTokens ?? _cached;
        int skipped = RepeatedCount();
        ReadOnlyMemory<int> ids = _event.Ids[skipped..];
        if (_hasStopped && !ids.IsEmpty)
        {
            // The server does not know this stop id.
            _isAtEnd = true;
            return default;
        }

        _finish = _event.FinishReason != TokenFinishReason.None ? _event.FinishReason : _finish;
        _stopId = _event.StopId ?? _stopId;
        bool hasSampled = _event.HasText || (_event.UsedTokens > 0 && _stopId is null);
        if (hasSampled && _received + ids.Length == 0)
        {
            throw new TokenGenerationException(
                TokenGenerationError.InvalidResponse,
                $"The server at {_client.ServerName} sampled ids and sent none. Use a version that sends "
                + "them: of vLLM, one that knows return_token_ids.");
        }

        int stop = ids.Span.IndexOfAny(_request.StopIds.AsSpan());
        if (stop >= 0)
        {
            _hasStopped = true;
            _finish = TokenFinishReason.Stop;
            ids = ids[..(stop + 1)];
        }

        if (!ids.IsEmpty)
        {
            if (_received == 0)
            {
                _firstId = ids.Span[0];
                _timeout!.CancelAfter(Timeout.InfiniteTimeSpan);
            }

            _received += ids.Length;
            _lastId = ids.Span[^1];
            probabilities = _event.LogProbabilities.IsEmpty
                ? default
                : _event.LogProbabilities.Slice(skipped, ids.Length);
        }

        return ids;
    }

    /// <summary>How many of the event's ids came before: none, or all that were received, if the server
    /// repeats them.</summary>
    private int RepeatedCount()
    {
        if (_event.CompletionTokens is not int total)
        {
            return 0;
        }

        // The server counts the stop id even if it leaves it out.
        int last = _event.Count == 0 ? -1 : _event.Ids.Span[^1];
        int leftOut = _event.StopId is int stop && stop != last ? 1 : 0;
        bool IsAll(int count) => count == total || count == total - leftOut;
        if (_event.Count >= _received && IsAll(_event.Count))
        {
            return _received;
        }

        if (IsAll(_event.Count + _received))
        {
            return 0;
        }

        if (_event.FinishReason == TokenFinishReason.None)
        {
            throw new TokenGenerationException(
                TokenGenerationError.InvalidResponse,
                $"The server counts {total} ids, but sent {_event.Count} after {_received}.");
        }

        // At the end it may have cut off ids that it counts. Then the ids must tell.
        return _event.Count >= _received && _event.Count > 0 && _event.Ids.Span[0] == _firstId ? _received : 0;
    }

    /// <summary>Makes the last chunk.</summary>
    private TokenChunk End()
    {
        if (_finish == TokenFinishReason.None)
        {
            throw new TokenGenerationException(
                TokenGenerationError.Interrupted,
                $"The server at {_client.ServerName} broke off after {_received} ids.");
        }

        _isOver = true;
        bool isLeftOut = _finish == TokenFinishReason.Stop && _stopId is int stop && stop != _lastId;
        return new TokenChunk(isLeftOut ? new[] { _stopId!.Value } : default(ReadOnlyMemory<int>))
        {
            FinishReason = _finish,
            CachedPromptTokens = _cached,
        };
    }

    private async ValueTask CloseAsync()
    {
        if (_stream is not null && !_hasServerEnded)
        {
            await CutOffAsync(_stream).ConfigureAwait(false);
        }

        if (_events is not null)
        {
            await _events.DisposeAsync().ConfigureAwait(false);
        }

        _response?.Dispose();
        _linked?.Dispose();
        _timeout?.Dispose();
        _events = null;
        _stream = null;
        _response = null;
        _linked = null;
        _timeout = null;
    }

    /// <summary>Closes a connection at once, so that the server stops. When a response is disposed, the
    /// handler reads on for up to two seconds to keep the connection. A read that is cancelled while it waits
    /// closes it.</summary>
    private static async ValueTask CutOffAsync(Stream stream)
    {
        using var cutting = new CancellationTokenSource();
        try
        {
            Memory<byte> scrap = new byte[1024];
            for (int i = 0; i < MaxScrapReads; i++)
            {
                ValueTask<int> read = stream.ReadAsync(scrap, cutting.Token);
                if (!read.IsCompleted)
                {
                    await cutting.CancelAsync().ConfigureAwait(false);
                }

                if (await read.ConfigureAwait(false) == 0)
                {
                    return;
                }
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException
            or HttpRequestException or ObjectDisposedException)
        {
            // That is what was asked for.
        }
    }
}
