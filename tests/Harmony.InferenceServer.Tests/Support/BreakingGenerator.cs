using System.Runtime.CompilerServices;
using Harmony.Engines;

namespace InferenceServer.Support;

/// <summary>Works for some requests; those after them get some ids, and then a failure.</summary>
internal sealed class BreakingGenerator(ITokenGenerator inner, int goodCount, int[] broken) : ITokenGenerator
{
    private int _count;

    public async IAsyncEnumerable<TokenChunk> GenerateAsync(
        TokenRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (Interlocked.Increment(ref _count) <= goodCount)
        {
            await foreach (TokenChunk chunk in inner.GenerateAsync(request, cancellationToken))
            {
                yield return chunk;
            }

            yield break;
        }

        yield return new TokenChunk(broken);
        throw new TokenGenerationException(TokenGenerationError.Interrupted, "It broke off.");
    }
}
