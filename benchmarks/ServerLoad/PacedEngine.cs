using System.Runtime.CompilerServices;
using Harmony.Engines;

namespace ServerLoad;

/// <summary>Waits before each id, as long as a model takes.</summary>
internal sealed class PacedEngine(ITokenGenerator inner, TimeSpan pace) : ITokenGenerator
{
    public async IAsyncEnumerable<TokenChunk> GenerateAsync(
        TokenRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (TokenChunk chunk in inner.GenerateAsync(request, cancellationToken))
        {
            await Task.Delay(pace, cancellationToken);
            yield return chunk;
        }
    }
}
