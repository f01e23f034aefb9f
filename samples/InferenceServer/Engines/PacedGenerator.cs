using System.Runtime.CompilerServices;
using Harmony.Engines;

namespace InferenceServer.Engines;

/// <summary>Waits before each chunk of another generator, so that a scripted completion streams as a model's
/// does. Thread-safe.</summary>
internal sealed class PacedGenerator(ITokenGenerator inner, TimeSpan pace, TimeProvider time) : ITokenGenerator
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<TokenChunk> GenerateAsync(
        TokenRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (TokenChunk chunk in inner.GenerateAsync(request, cancellationToken))
        {
            await Task.Delay(pace, time, cancellationToken);
            yield return chunk;
        }
    }
}
