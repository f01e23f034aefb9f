using System.Runtime.CompilerServices;
using Harmony.Engines;

namespace InferenceServer.Support;

/// <summary>An engine that begins a message, and then repeats a word as fast as it is taken.</summary>
internal sealed class CountingGenerator(int most) : ITokenGenerator
{
    private static readonly int[] Begin = Prompts.Ids("<|channel|>final<|message|>");
    private static readonly int[] Word = Prompts.Ids(" word");

    private int _activeCount;
    private int _count;

    /// <summary>How many requests are being sampled.</summary>
    public int ActiveCount => Volatile.Read(ref _activeCount);

    /// <summary>How many words were taken.</summary>
    public int Count => Volatile.Read(ref _count);

    public async IAsyncEnumerable<TokenChunk> GenerateAsync(
        TokenRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _activeCount);
        try
        {
            yield return new TokenChunk(Begin);
            for (int i = 0; i < most; i++)
            {
                await Task.Yield();
                cancellationToken.ThrowIfCancellationRequested();
                Interlocked.Increment(ref _count);
                yield return new TokenChunk(Word);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _activeCount);
        }
    }
}
