namespace Harmony.Engines;

/// <summary>
/// An engine: takes a prompt as ids and samples the ids that follow it. Implementations serve many requests
/// at a time, or queue them: they are thread-safe.
/// </summary>
/// <remarks>
/// <para>What an implementation owes:</para>
/// <list type="bullet">
/// <item>Ids come in chunks of any size, each id once and in order. The stop id that ended the completion is
/// among them. An engine that keeps it to itself says <see cref="TokenFinishReason.Stop"/>, from which
/// <see cref="TurnRunner"/> finds it.</item>
/// <item>Sampling ends at one of <see cref="TokenRequest.StopIds"/>, after
/// <see cref="TokenRequest.MaxTokens"/>, or when the enumerator is disposed. The last chunk has a
/// <see cref="TokenChunk.FinishReason"/>, and may have no ids.</item>
/// <item>When the token is cancelled, or the enumerator is disposed, the engine stops at once and frees what
/// it held for the request. A cancelled enumeration throws
/// <see cref="OperationCanceledException"/>.</item>
/// <item>Any other failure is a <see cref="TokenGenerationException"/>. A completion that breaks off without
/// one counts as complete.</item>
/// <item>The request's prompt is pooled memory. It is not read after the enumerator was disposed.</item>
/// </list>
/// </remarks>
/// <example>An engine in the process, in full:
/// <code>
/// public sealed class MyGenerator(MyEngine engine) : ITokenGenerator
/// {
///     public async IAsyncEnumerable&lt;TokenChunk&gt; GenerateAsync(
///         TokenRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
///     {
///         using MySequence sequence = engine.Start(request.PromptIds.Span, request.Temperature ?? 1);
///         var ids = new int[1];
///         for (int count = 1; ; count++)
///         {
///             ids[0] = await sequence.SampleAsync(cancellationToken);
///             bool stops = request.StopIds.Contains(ids[0]);
///             bool isFull = count == request.MaxTokens;
///             yield return new TokenChunk(ids)
///             {
///                 CachedPromptTokens = sequence.ReusedCount,
///                 FinishReason = stops ? TokenFinishReason.Stop
///                     : isFull ? TokenFinishReason.Length
///                     : TokenFinishReason.None,
///             };
///             if (stops || isFull)
///             {
///                 yield break;
///             }
///         }
///     }
/// }
/// </code>
/// </example>
public interface ITokenGenerator
{
    /// <summary>Samples a completion.</summary>
    /// <param name="request">The prompt and how to sample.</param>
    /// <param name="cancellationToken">Stops the engine.</param>
    /// <returns>The sampled ids, in order. A chunk's memory may be reused for the next chunk.</returns>
    /// <exception cref="TokenGenerationException">The engine refused the request or failed; thrown by the
    /// enumeration.</exception>
    IAsyncEnumerable<TokenChunk> GenerateAsync(
        TokenRequest request, CancellationToken cancellationToken = default);
}
