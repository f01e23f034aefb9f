using System.Runtime.CompilerServices;

namespace Harmony.Engines.Tests.Support;

/// <summary>An engine that knows neither limits nor stop ids, and never says that it ended. Its memory is used
/// again for each chunk.</summary>
internal sealed class DeafGenerator(int[] ids, int chunkSize) : ITokenGenerator
{
    private readonly int[] _chunk = new int[chunkSize];

    public bool IsStopped { get; private set; }

    public async IAsyncEnumerable<TokenChunk> GenerateAsync(
        TokenRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            for (int start = 0; start < ids.Length; start += chunkSize)
            {
                await Task.Yield();
                int count = Math.Min(chunkSize, ids.Length - start);
                ids.AsSpan(start, count).CopyTo(_chunk);
                yield return new TokenChunk(_chunk.AsMemory(0, count));
                _chunk.AsSpan().Fill(-1);
            }
        }
        finally
        {
            IsStopped = true;
        }
    }
}
