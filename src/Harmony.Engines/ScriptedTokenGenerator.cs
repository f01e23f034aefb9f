using System.Runtime.CompilerServices;
using Harmony.Bpe;
using Harmony.Core;

namespace Harmony.Engines;

/// <summary>
/// Plays completions that were recorded or made up, for tests and demonstrations: the first request gets the
/// first completion, and so on. Keeps to the request's stop ids and limit as an engine does. Thread-safe.
/// </summary>
/// <example><code>
/// var generator = ScriptedTokenGenerator.FromText(
///     "&lt;|channel|&gt;final&lt;|message|&gt;Ahoy!&lt;|return|&gt;");
/// </code></example>
public sealed class ScriptedTokenGenerator : ITokenGenerator
{
    private readonly Func<TokenRequest, ReadOnlyMemory<int>> _script;
    private readonly Lock _lock = new();
    private readonly List<TokenRequest> _requests = [];
    private int _activeCount;

    /// <summary>Creates a generator that plays completions in their order, one for each request. A request
    /// after the last fails with a <see cref="TokenGenerationException"/>.</summary>
    public ScriptedTokenGenerator(params IEnumerable<int[]> completions)
    {
        ArgumentNullException.ThrowIfNull(completions);
        int[][] all = [.. completions];
        int next = -1;
        _script = _ => Interlocked.Increment(ref next) is int index && index < all.Length
            ? all[index]
            : throw new TokenGenerationException(
                TokenGenerationError.InvalidRequest,
                $"The script has {all.Length} completions, and this is request {index + 1}.");
    }

    /// <summary>Creates a generator whose completions are made from the requests.</summary>
    /// <param name="script">Returns a request's completion. May run on several threads at once.</param>
    public ScriptedTokenGenerator(Func<TokenRequest, ReadOnlyMemory<int>> script)
    {
        ArgumentNullException.ThrowIfNull(script);
        _script = script;
    }

    /// <summary>How many ids a chunk has; 1 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int ChunkSize
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 1;

    /// <summary>What the first chunk reports as <see cref="TokenChunk.CachedPromptTokens"/>; null, the
    /// default, for nothing.</summary>
    public int? CachedPromptTokens { get; init; }

    /// <summary>Whether other tasks get a turn before each chunk, as they do while an engine samples. Off by
    /// default: chunks come at once.</summary>
    public bool YieldsBetweenChunks { get; init; }

    /// <summary>Whether <see cref="Requests"/> are kept. On by default.</summary>
    public bool RecordsRequests { get; init; } = true;

    /// <summary>The requests so far, in order, each with a copy of its prompt.</summary>
    public IReadOnlyList<TokenRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>How many completions are being played right now.</summary>
    public int ActiveCount => Volatile.Read(ref _activeCount);

    /// <summary>Creates a generator from completions as text, in which special tokens are spelled as
    /// <c>&lt;|channel|&gt;</c>.</summary>
    public static ScriptedTokenGenerator FromText(params IEnumerable<string> completions)
    {
        ArgumentNullException.ThrowIfNull(completions);
        return new ScriptedTokenGenerator(completions.Select(
            static text => HarmonyEncoding.OpenAI.Encode(text, EncodeOptions.AllSpecial)));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TokenChunk> GenerateAsync(
        TokenRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        Record(request);
        ReadOnlyMemory<int> ids = CutOff(_script(request), request, out TokenFinishReason reason);
        Interlocked.Increment(ref _activeCount);
        try
        {
            int? cached = CachedPromptTokens;
            for (int start = 0; start < ids.Length; start += ChunkSize)
            {
                if (YieldsBetweenChunks)
                {
                    await Task.Yield();
                }

                cancellationToken.ThrowIfCancellationRequested();
                ReadOnlyMemory<int> some = ids.Slice(start, Math.Min(ChunkSize, ids.Length - start));
                bool isLast = start + some.Length == ids.Length;
                yield return new TokenChunk(some)
                {
                    CachedPromptTokens = cached,
                    FinishReason = isLast ? reason : TokenFinishReason.None,
                };
                cached = null;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _activeCount);
        }
    }

    /// <summary>Cuts a completion off where an engine would have stopped.</summary>
    private static ReadOnlyMemory<int> CutOff(
        ReadOnlyMemory<int> ids, TokenRequest request, out TokenFinishReason reason)
    {
        int stop = ids.Span.IndexOfAny(request.StopIds.AsSpan());
        int length = stop < 0 ? ids.Length : stop + 1;
        if (length > request.MaxTokens)
        {
            reason = TokenFinishReason.Length;
            return ids[..request.MaxTokens.Value];
        }

        reason = stop < 0 ? TokenFinishReason.None : TokenFinishReason.Stop;
        return ids[..length];
    }

    private void Record(TokenRequest request)
    {
        if (RecordsRequests)
        {
            TokenRequest copy = request with { PromptIds = request.PromptIds.ToArray() };
            lock (_lock)
            {
                _requests.Add(copy);
            }
        }
    }
}
