using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Harmony.Engines;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace InferenceServer.Support;

/// <summary>The server, on a port of its own.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestServer(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Urls.Single());
        Http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(2) };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>What was logged.</summary>
    public LogList Log { get; private init; } = new();

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static Task<TestServer> StartAsync(ITokenGenerator? engine, params string[] args) =>
        StartAsync(engine, TimeProvider.System, args);

    public static async Task<TestServer> StartAsync(
        ITokenGenerator? engine, TimeProvider time, params string[] args)
    {
        var log = new LogList();
        WebApplication app = ServerApplication.Create(
            ["--urls", "http://127.0.0.1:0", .. args],
            engine,
            builder =>
            {
                builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace);
                builder.Services.AddSingleton(time);
            });
        await app.StartAsync(Cancelled);
        return new TestServer(app) { Log = log };
    }

    public Task<HttpResponseMessage> PostAsync(string path, string json, string? key = null) => SendAsync(
        Http, path, json, key, HttpCompletionOption.ResponseHeadersRead, Cancelled);

    public static Task<HttpResponseMessage> SendAsync(
        HttpClient http,
        string path,
        string json,
        string? key,
        HttpCompletionOption until,
        CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return http.SendAsync(request, until, cancellationToken);
    }

    /// <summary>Posts a request and reads its answer, whatever the status.</summary>
    public async Task<(HttpStatusCode Status, JsonNode Body)> AskAsync(string path, string json)
    {
        using HttpResponseMessage response = await PostAsync(path, json);
        string body = await response.Content.ReadAsStringAsync(Cancelled);
        return (response.StatusCode, JsonNode.Parse(body)!);
    }

    /// <summary>The server is told to stop; the task ends when it has stopped.</summary>
    public Task StopAsync() => _app.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
