using System.Net;
using System.Text;
using System.Text.Json;

namespace Harmony.Engines.Tests.Support;

/// <summary>A server without a network: answers requests in the order of a script, and keeps them.</summary>
internal sealed class ScriptedServer : HttpMessageHandler
{
    /// <summary>A part of a stream that never comes.</summary>
    public static readonly object Silence = TimeSpan.Zero;

    private readonly Queue<object> _answers = new();

    public List<JsonElement> Bodies { get; } = [];

    public List<HttpRequestMessage> Requests { get; } = [];

    public ScriptedStream? LastStream { get; private set; }

    public HttpClient Client => new(this) { BaseAddress = new Uri("http://engine:1234") };

    /// <summary>Adds an answer that streams events; strings are events' payloads.</summary>
    public ScriptedServer Stream(params object[] parts)
    {
        _answers.Enqueue(Array.ConvertAll(
            parts, static part => part is string text ? Encoding.UTF8.GetBytes($"data: {text}\n\n") : part));
        return this;
    }

    /// <summary>Adds an answer with a status.</summary>
    public ScriptedServer Answer(HttpStatusCode status, string body, TimeSpan? retryAfter = null)
    {
        var response = new HttpResponseMessage(status)
        {
            Content = new StringContent(body, Encoding.UTF8, body.StartsWith('{') ? "application/json" : "text/html"),
        };
        response.Headers.RetryAfter = retryAfter is TimeSpan delay ? new(delay) : null;
        _answers.Enqueue(response);
        return this;
    }

    /// <summary>Adds a failure of the network.</summary>
    public ScriptedServer Fail(Exception fault)
    {
        _answers.Enqueue(fault);
        return this;
    }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        Bodies.Add(JsonDocument.Parse(await request.Content!.ReadAsByteArrayAsync(cancellationToken)).RootElement);
        switch (_answers.Dequeue())
        {
            case Exception fault:
                throw fault;
            case HttpResponseMessage response:
                return response;
            case object[] parts:
                LastStream = new ScriptedStream(parts);
                var content = new StreamContent(LastStream);
                content.Headers.ContentType = new("text/event-stream");
                return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
            default:
                throw new InvalidOperationException();
        }
    }
}
