using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Harmony.Engines.Http;

/// <summary>Speaks a protocol to a server: what the generators have in common. Thread-safe.</summary>
internal sealed class EngineClient
{
    private readonly Uri? _address;

    public EngineClient(HttpClient http, HttpGeneratorOptions? options, IEngineProtocol protocol)
    {
        ArgumentNullException.ThrowIfNull(http);
        Http = http;
        Options = options ?? HttpGeneratorOptions.Default;
        Protocol = protocol;
        if (Options.BaseAddress is Uri address)
        {
            // The path of an address is kept whether or not it ends with a slash.
            string text = address.AbsoluteUri;
            _address = new Uri(text.EndsWith('/') ? text : text + "/");
        }
    }

    public HttpClient Http { get; }

    public HttpGeneratorOptions Options { get; }

    public IEngineProtocol Protocol { get; }

    /// <summary>Names the server in messages.</summary>
    public string ServerName => (_address ?? Http.BaseAddress)?.Authority ?? "its address";

    public async IAsyncEnumerable<TokenChunk> GenerateAsync(
        TokenRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var call = new EngineCall(this, request, cancellationToken);
        try
        {
            while (await call.MoveNextAsync().ConfigureAwait(false))
            {
                yield return call.Current;
            }
        }
        finally
        {
            await call.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Writes a request's body.</summary>
    public ReadOnlyMemory<byte> WriteBody(TokenRequest request)
    {
        var body = new ArrayBufferWriter<byte>(1024 + (8 * request.PromptIds.Length));
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        Protocol.WriteRequest(json, request, Options.Model);
        Options.WriteMembers?.Invoke(json, request);
        json.WriteEndObject();
        json.Flush();
        return body.WrittenMemory;
    }

    /// <summary>Makes a request of a body.</summary>
    /// <exception cref="TokenGenerationException">The session's id cannot be a header's value.</exception>
    public HttpRequestMessage MakeMessage(ReadOnlyMemory<byte> body, string? sessionId)
    {
        Uri path = new(Protocol.Path, UriKind.Relative);
        var message = new HttpRequestMessage(
            HttpMethod.Post, _address is null ? path : new Uri(_address, path))
        {
            Content = new ReadOnlyMemoryContent(body),
            Version = Http.DefaultRequestVersion,
            VersionPolicy = Http.DefaultVersionPolicy,
        };
        message.Content.Headers.ContentType = new("application/json");
        message.Headers.Accept.Add(new("text/event-stream"));
        if (Options.SessionHeader is string header && sessionId is not null)
        {
            AddSession(message, header, sessionId);
        }

        return message;
    }

    private static void AddSession(HttpRequestMessage message, string header, string sessionId)
    {
        try
        {
            // The handler would say that the server cannot be reached.
            message.Headers.Add(
                header, Ascii.IsValid(sessionId) ? sessionId : throw new FormatException("It is not ASCII."));
        }
        catch (FormatException error)
        {
            throw new TokenGenerationException(
                TokenGenerationError.InvalidRequest,
                $"The session's id cannot be the value of the header {header}.",
                error);
        }
    }
}
