using Harmony.Engines.Http;

namespace Harmony.Engines;

/// <summary>Samples with llama.cpp's server (<c>llama-server</c>), by its API <c>/completion</c>.
/// Thread-safe.</summary>
/// <remarks>A temperature or a probability mass that is null is 1, as gpt-oss asks for. The server's cut-offs
/// that are made for other models (<c>top_k</c>, <c>min_p</c>) are off. The server has no cache salts, and
/// stops at the ids that the model's file names: at all of the assistant's.</remarks>
/// <example><code>
/// using var http = new HttpClient { BaseAddress = new Uri("http://localhost:8080") };
/// var runner = new TurnRunner(new LlamaCppGenerator(http));
/// </code></example>
public sealed class LlamaCppGenerator : ITokenGenerator
{
    private readonly EngineClient _client;

    /// <summary>Creates a generator.</summary>
    /// <param name="http">The client; the caller disposes it. Keys, proxies and certificates are its
    /// own.</param>
    /// <param name="options">How the generator works; null for the defaults.</param>
    public LlamaCppGenerator(HttpClient http, HttpGeneratorOptions? options = null) =>
        _client = new EngineClient(http, options, new LlamaCppProtocol());

    /// <inheritdoc/>
    public IAsyncEnumerable<TokenChunk> GenerateAsync(
        TokenRequest request, CancellationToken cancellationToken = default) =>
        _client.GenerateAsync(request, cancellationToken);
}
