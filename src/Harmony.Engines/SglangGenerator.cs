using Harmony.Engines.Http;

namespace Harmony.Engines;

/// <summary>Samples with SGLang's server or router, by its API <c>/generate</c>. Thread-safe.</summary>
/// <remarks>Reads streams that repeat all ids so far and streams of increments
/// (<c>--stream-output</c>).</remarks>
/// <example><code>
/// using var http = new HttpClient { BaseAddress = new Uri("http://localhost:30000") };
/// var runner = new TurnRunner(new SglangGenerator(http));
/// </code></example>
public sealed class SglangGenerator : ITokenGenerator
{
    private readonly EngineClient _client;

    /// <summary>Creates a generator.</summary>
    /// <param name="http">The client; the caller disposes it. Keys, proxies and certificates are its
    /// own.</param>
    /// <param name="options">How the generator works; null for the defaults.</param>
    public SglangGenerator(HttpClient http, HttpGeneratorOptions? options = null) =>
        _client = new EngineClient(http, options, new SglangProtocol());

    /// <inheritdoc/>
    public IAsyncEnumerable<TokenChunk> GenerateAsync(
        TokenRequest request, CancellationToken cancellationToken = default) =>
        _client.GenerateAsync(request, cancellationToken);
}
