using System.Runtime.CompilerServices;
using Harmony.Engines;

namespace InferenceServer.Support;

/// <summary>An engine that begins a message, and then repeats a word as fast as it is taken.</summary>
internal sealed class CountingGenerator(int[] begin, int[] word, int most, Action onWord) : ITokenGenerator
{
    private int _activeCount;

    /// <summary>How many requests are being sampled.</summary>
    public int ActiveCount => Volatile.Read(ref _activeCount);

    public async IAsyncEnumerable<TokenChunk> GenerateAsync(
        TokenRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _activeCount);
        try
        {
            yield return new TokenChunk(begin);
            for (int i = 0; i < most; i++)
            {
                await Task.Yield();
                cancellationToken.ThrowIfCancellationRequested();
                onWord();
                yield return new TokenChunk(word);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _activeCount);
        }
    }
}
