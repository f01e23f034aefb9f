using System.Runtime.CompilerServices;
using Harmony.Engines;

namespace InferenceServer.Routing;

/// <summary>Several engines as one. A request goes to a replica that <see cref="ReplicaSet"/> chooses, and
/// to another if that fails before its first id. Thread-safe.</summary>
internal sealed class RoutedGenerator(
    ReplicaSet replicas, ILogger<RoutedGenerator> logger, IDisposable? owned = null) : ITokenGenerator, IDisposable
{
    /// <summary>The replicas.</summary>
    public ReplicaSet Replicas => replicas;

    /// <inheritdoc/>
    public async IAsyncEnumerable<TokenChunk> GenerateAsync(
        TokenRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ulong[] prefixes = BlockHashes.OfPrefixes(request.PromptIds.Span, request.CacheSalt);
        HashSet<Replica> tried = [];
        TokenGenerationException? failure = null;
        while (replicas.Enter(prefixes, tried) is Replica replica)
        {
            try
            {
                await using IAsyncEnumerator<TokenChunk> chunks =
                    replica.Generator.GenerateAsync(request, cancellationToken).GetAsyncEnumerator(cancellationToken);
                bool hasChunk;
                (hasChunk, failure) = await BeginAsync(replica, chunks);
                if (failure is not null && tried.Add(replica))
                {
                    continue;
                }

                while (hasChunk)
                {
                    yield return chunks.Current;
                    hasChunk = await MoveNextAsync(replica, chunks);
                }

                yield break;
            }
            finally
            {
                replicas.Leave(replica);
            }
        }

        throw failure!;
    }

    public void Dispose() => owned?.Dispose();

    /// <summary>Waits for the first ids.</summary>
    /// <returns>Whether there are any; and the failure, if another replica may be asked.</returns>
    private async ValueTask<(bool HasChunk, TokenGenerationException? Failure)> BeginAsync(
        Replica replica, IAsyncEnumerator<TokenChunk> chunks)
    {
        try
        {
            bool hasChunk = await MoveNextAsync(replica, chunks);
            if (replicas.Succeed(replica))
            {
                RoutingLog.Back(logger, replica.Name);
            }

            return (hasChunk, null);
        }
        catch (TokenGenerationException failure) when (IsOfReplica(failure)
            || failure.Error == TokenGenerationError.Overloaded)
        {
            return (false, failure);
        }
        catch (TokenGenerationException failure) when (failure.Error != TokenGenerationError.TimedOut)
        {
            // It refuses the request, and so it is there.
            replicas.Succeed(replica);
            throw;
        }
    }

    private async ValueTask<bool> MoveNextAsync(Replica replica, IAsyncEnumerator<TokenChunk> chunks)
    {
        try
        {
            return await chunks.MoveNextAsync();
        }
        catch (TokenGenerationException failure) when (IsOfReplica(failure)
            || failure.Error == TokenGenerationError.TimedOut)
        {
            replicas.Fail(replica);
            RoutingLog.Out(logger, replica.Name, failure.Error);
            throw;
        }
    }

    /// <summary>Whether a failure says something of the replica, and nothing of the request.</summary>
    private static bool IsOfReplica(TokenGenerationException failure) => failure.Error is
        TokenGenerationError.Unavailable or TokenGenerationError.Interrupted or TokenGenerationError.Unknown
        or TokenGenerationError.InvalidResponse;
}
