using Harmony.Engines.Http;

namespace Harmony.Engines;

/// <summary>Samples with vLLM's server or router, by either of its APIs that take and give ids.
/// Thread-safe.</summary>
/// <example><code>
/// using var http = new HttpClient { BaseAddress = new Uri("http://localhost:8000") };
/// var runner = new TurnRunner(new VllmGenerator(http));
/// </code></example>
public sealed class VllmGenerator : ITokenGenerator
{
    private readonly EngineClient _client;

    /// <summary>Creates a generator.</summary>
    /// <param name="http">The client; the caller disposes it. Keys, proxies and certificates are its
    /// own.</param>
    /// <param name="options">How the generator works; null for the defaults.</param>
    /// <param name="route">The API.</param>
    /// <exception cref="ArgumentOutOfRangeException">The route is none.</exception>
    public VllmGenerator(
        HttpClient http,
        HttpGeneratorOptions? options = null,
        VllmRoute route = VllmRoute.Completions) => _client = new EngineClient(http, options, route switch
        {
            VllmRoute.Completions => new VllmCompletionsProtocol(),
            VllmRoute.Generate => new VllmGenerateProtocol(),
            _ => throw new ArgumentOutOfRangeException(nameof(route), route, "This value is no route."),
        });

    /// <inheritdoc/>
    public IAsyncEnumerable<TokenChunk> GenerateAsync(
        TokenRequest request, CancellationToken cancellationToken = default) =>
        _client.GenerateAsync(request, cancellationToken);
}
