using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace InferenceServer.Support;

/// <summary>A server that speaks as llama.cpp's does, on a port of its own, and says its name.</summary>
internal sealed class FakeEngine : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<int[]> _prompts = new();

    private FakeEngine(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>The prompts that came, in order.</summary>
    public IReadOnlyCollection<int[]> Prompts => _prompts;

    /// <summary>How many ids are sent before the stream breaks off; null to send all.</summary>
    public int? BreaksAfter { get; set; }

    /// <summary>The status of all answers; 200 to sample.</summary>
    public int Status { get; set; } = StatusCodes.Status200OK;

    /// <summary>Whether it takes requests and never answers.</summary>
    public bool Hangs { get; set; }

    public static async Task<FakeEngine> StartAsync(string name, int port = 0)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(
            ["--urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")]);
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        var engine = new FakeEngine(app);
        int[] completion = Support.Prompts.Ids($"<|channel|>final<|message|>I am {name}.<|return|>");
        app.MapPost("/completion", context => engine.SampleAsync(context, completion));
        await app.StartAsync(TestServer.Cancelled);
        engine.Address = new Uri(app.Urls.Single());
        return engine;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task SampleAsync(HttpContext context, int[] completion)
    {
        JsonNode request = (await JsonNode.ParseAsync(context.Request.Body))!;
        _prompts.Enqueue([.. request["prompt"]!.AsArray().Select(static id => (int)id!)]);
        if (Hangs)
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }

        if (Status != StatusCodes.Status200OK)
        {
            context.Response.StatusCode = Status;
            return;
        }

        context.Response.ContentType = "text/event-stream";
        int sent = 0;
        foreach (int id in completion)
        {
            if (sent++ == BreaksAfter)
            {
                return;
            }

            await context.Response.WriteAsync($$"""
                data: {"index":0,"content":"","tokens":[{{id}}],"stop":false,"id_slot":0}


                """);
            await context.Response.Body.FlushAsync();
        }

        await context.Response.WriteAsync("""
            data: {"index":0,"content":"","tokens":[],"stop":true,"stop_type":"eos","timings":{"cache_n":7}}


            """);
    }
}
