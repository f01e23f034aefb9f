using System.Net;
using System.Net.ServerSentEvents;
using Harmony.Engines.Tests.Support;
using InferenceServer.Support;
using Microsoft.Extensions.Time.Testing;

namespace InferenceServer;

/// <summary>A server that is told to stop.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task Stop_ARequestIsRunning_EndsItAndLetsNoOtherIn()
    {
        var engine = new SteppedGenerator();
        await using TestServer server = await TestServer.StartAsync(engine);
        engine.Give("<|channel|>final<|message|>Ahoy");
        using HttpResponseMessage running = await server.PostAsync(Prompts.Chat, Prompts.Ask(stream: true));
        Assert.Equal(HttpStatusCode.OK, await HealthAsync(server));

        Task stopping = server.StopAsync();

        // It listens as long as requests run, to say that it stops.
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await HealthAsync(server));
        using HttpResponseMessage late = await server.PostAsync(Prompts.Chat, Prompts.Ask());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, late.StatusCode);
        Assert.NotNull(late.Headers.RetryAfter);
        Assert.False(stopping.IsCompleted);
        engine.Give(", matey!<|return|>");
        Assert.Equal("Ahoy, matey!", Sse.ContentOf(await Sse.ReadChunksAsync(running)));
        await stopping;
    }

    [Fact]
    public async Task Stop_ARequestTakesTooLong_IsCancelledAndTold()
    {
        var engine = new EndlessGenerator();
        var time = new FakeTimeProvider();
        await using TestServer server = await TestServer.StartAsync(
            engine, time, "--drain", "20", "--timeout", "600");
        using HttpResponseMessage running = await server.PostAsync(Prompts.Chat, Prompts.Ask(stream: true));
        Task stopping = server.StopAsync();
        Assert.Equal(1, engine.ActiveCount);

        time.Advance(TimeSpan.FromSeconds(20));

        List<SseItem<string>> events = await Sse.ReadAsync(running);
        Assert.Contains("The server stops.", events[^1].Data, StringComparison.Ordinal);
        await stopping;
        Assert.Equal(0, engine.ActiveCount);
    }

    private static async Task<HttpStatusCode> HealthAsync(TestServer server)
    {
        using HttpResponseMessage response = await server.Http.GetAsync("/health", TestServer.Cancelled);
        return response.StatusCode;
    }
}
