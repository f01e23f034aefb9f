using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Harmony.Engines;

namespace InferenceServer.Support;

/// <summary>An engine whose chunks and failures the test gives out. All requests share them.</summary>
internal sealed class SteppedGenerator : ITokenGenerator
{
    private readonly Channel<object> _steps = Channel.CreateUnbounded<object>();
    private readonly Channel<bool> _begun = Channel.CreateUnbounded<bool>();
    private int _activeCount;

    /// <summary>How many requests are being sampled.</summary>
    public int ActiveCount => Volatile.Read(ref _activeCount);

    /// <summary>Waits for the next request.</summary>
    public Task BegunAsync() => _begun.Reader.ReadAsync(TestServer.Cancelled).AsTask();

    /// <summary>Gives ids out.</summary>
    public void Give(string text) => _steps.Writer.TryWrite(Prompts.Ids(text));

    /// <summary>Ends the completion as an engine does that gives up.</summary>
    public void Abort() => _steps.Writer.TryWrite(new TokenChunk { FinishReason = TokenFinishReason.Aborted });

    /// <summary>Fails.</summary>
    public void Fail(TokenGenerationError error) =>
        _steps.Writer.TryWrite(new TokenGenerationException(error, "The engine at 10.0.0.1 says: secret prompt."));

    public async IAsyncEnumerable<TokenChunk> GenerateAsync(
        TokenRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _activeCount);
        _begun.Writer.TryWrite(true);
        try
        {
            while (true)
            {
                switch (await _steps.Reader.ReadAsync(cancellationToken))
                {
                    case int[] ids:
                        bool isLast = request.StopIds.Contains(ids[^1]);
                        yield return new TokenChunk(ids)
                        {
                            FinishReason = isLast ? TokenFinishReason.Stop : TokenFinishReason.None,
                        };
                        if (isLast)
                        {
                            yield break;
                        }

                        break;
                    case TokenChunk last:
                        yield return last;
                        yield break;
                    case Exception failure:
                        throw failure;
                }
            }
        }
        finally
        {
            Interlocked.Decrement(ref _activeCount);
        }
    }
}
