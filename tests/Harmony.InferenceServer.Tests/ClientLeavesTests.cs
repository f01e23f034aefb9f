using Harmony.Engines.Tests.Support;
using InferenceServer.Serving;
using InferenceServer.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace InferenceServer;

/// <summary>Clients that disappear, and clients that do not read.</summary>
public sealed class ClientLeavesTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_TheClientDisappears_FreesTheEngine(bool hasBegun)
    {
        var engine = new SteppedGenerator();
        await using TestServer server = await TestServer.StartAsync(engine);
        if (hasBegun)
        {
            engine.Give("<|channel|>final<|message|>Ahoy");
        }

        using var leaving = new CancellationTokenSource();
        using var http = new HttpClient { BaseAddress = server.Address };
        Task<HttpResponseMessage> asking = TestServer.SendAsync(
            http,
            Prompts.Chat,
            Prompts.Ask(stream: true),
            key: null,
            HttpCompletionOption.ResponseHeadersRead,
            leaving.Token);
        await engine.BegunAsync();
        Assert.Equal(1, engine.ActiveCount);
        if (hasBegun)
        {
            (await asking).Dispose();
        }

        await leaving.CancelAsync();
        http.Dispose();

        await Eventually.IsTrueAsync(() => engine.ActiveCount == 0);
        Admission admission = server.Services.GetRequiredService<Admission>();
        await Eventually.IsTrueAsync(() => admission.Running == 0);
        if (!hasBegun)
        {
            await Assert.ThrowsAsync<TaskCanceledException>(() => asking);
        }
    }

    [Fact]
    public async Task Post_TheClientDisappearsFromTheQueue_LeavesIt()
    {
        var engine = new EndlessGenerator();
        await using TestServer server = await TestServer.StartAsync(engine, "--max-concurrent", "1");
        using HttpResponseMessage first = await server.PostAsync(Prompts.Chat, Prompts.Ask(stream: true));
        Admission admission = server.Services.GetRequiredService<Admission>();
        using var http = new HttpClient { BaseAddress = server.Address };
        Task<HttpResponseMessage> second = TestServer.SendAsync(
            http, Prompts.Chat, Prompts.Ask(), key: null, default, TestServer.Cancelled);
        await Eventually.IsTrueAsync(() => admission.Waiting == 1);

        http.Dispose();

        await Eventually.IsTrueAsync(() => admission.Waiting == 0);
        await Assert.ThrowsAsync<TaskCanceledException>(() => second);
        Assert.Equal(1, engine.ActiveCount);
    }

    [Fact]
    public async Task Post_AClientDoesNotRead_HoldsTheEngineUntilItReadsOrTimeIsOver()
    {
        // As many words as the engine is asked for, as fast as they are taken: over 2 GB of events.
        var engine = new CountingGenerator(most: 10_000_000);
        var time = new FakeTimeProvider();
        await using TestServer server = await TestServer.StartAsync(engine, time, "--timeout", "600");
        using HttpResponseMessage unread = await server.PostAsync(Prompts.Chat, Prompts.Ask(stream: true));
        await using Stream body = await unread.Content.ReadAsStreamAsync(TestServer.Cancelled);

        // What was sampled fits into the buffers of the connection: some megabytes, at 200 bytes an event.
        int held = await WhenItStandsAsync(engine);
        Assert.InRange(held, 1, 200_000);

        // A client that reads lets the engine go on.
        var buffer = new byte[1 << 16];
        while (engine.Count == held)
        {
            await body.ReadExactlyAsync(buffer, TestServer.Cancelled);
        }

        Assert.InRange(await WhenItStandsAsync(engine), held + 1, 400_000);

        // Its time is over, and then the time to send the error as well.
        time.Advance(TimeSpan.FromSeconds(600));
        await Eventually.IsTrueAsync(() => engine.ActiveCount == 0);
        Admission admission = server.Services.GetRequiredService<Admission>();
        await Eventually.IsTrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(5));
            return admission.Running == 0;
        });
    }

    /// <summary>Waits until nothing is taken from the engine for some time.</summary>
    private static async Task<int> WhenItStandsAsync(CountingGenerator engine)
    {
        int count = -1;
        int polls = 0;
        await Eventually.IsTrueAsync(() =>
        {
            polls = engine.Count == count ? polls + 1 : 0;
            count = engine.Count;
            return polls == 100_000;
        });
        return count;
    }
}
