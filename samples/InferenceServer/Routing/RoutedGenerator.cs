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
        while (replicas.Enter(prefixes, tried) is Visit visit)
        {
            try
            {
                await using IAsyncEnumerator<TokenChunk> chunks = visit.Replica.Generator
                    .GenerateAsync(request, cancellationToken).GetAsyncEnumerator(cancellationToken);
                bool hasChunk;
                (hasChunk, failure) = await BeginAsync(visit, chunks, prefixes);
                if (failure is not null && tried.Add(visit.Replica))
                {
                    continue;
                }

                while (hasChunk)
                {
                    yield return chunks.Current;
                    hasChunk = await MoveNextAsync(visit, chunks);
                }

                yield break;
            }
            finally
            {
                replicas.Leave(visit);
            }
        }

        throw failure!;
    }

    public void Dispose() => owned?.Dispose();

    /// <summary>Waits for the first ids.</summary>
    /// <returns>Whether there are any; and the failure, if another replica may be asked.</returns>
    private async ValueTask<(bool HasChunk, TokenGenerationException? Failure)> BeginAsync(
        Visit visit, IAsyncEnumerator<TokenChunk> chunks, ulong[] prefixes)
    {
        try
        {
            bool hasChunk = await MoveNextAsync(visit, chunks);
            Succeed(visit, prefixes);
            return (hasChunk, null);
        }
        catch (TokenGenerationException failure) when (EngineFailure.MayAskAnother(failure))
        {
            return (false, failure);
        }
        catch (TokenGenerationException)
        {
            // It refuses the request, and so it is there.
            Succeed(visit, []);
            throw;
        }
    }

    private void Succeed(Visit visit, ulong[] prefixes)
    {
        if (replicas.Succeed(visit, prefixes))
        {
            RoutingLog.Back(logger, visit.Replica.Name);
        }
    }

    private async ValueTask<bool> MoveNextAsync(Visit visit, IAsyncEnumerator<TokenChunk> chunks)
    {
        try
        {
            return await chunks.MoveNextAsync();
        }
        catch (TokenGenerationException failure) when (EngineFailure.MayAskAnother(failure)
            && failure.Error != TokenGenerationError.Overloaded)
        {
            if (replicas.Fail(visit, EngineFailure.IsOfReplica(failure)))
            {
                RoutingLog.Out(logger, visit.Replica.Name, failure.Error, (int?)failure.StatusCode);
            }

            throw;
        }
    }
}
