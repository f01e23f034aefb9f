using Harmony.Engines;
using Harmony.Engines.Tests.Support;
using InferenceServer.Serving;
using InferenceServer.Support;
using Microsoft.Extensions.DependencyInjection;

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
    public async Task Post_AClientDoesNotRead_HoldsTheEngineUntilItIsCutOff()
    {
        // As much as the engine is asked for, as fast as it is taken: over 2 GB of events.
        const int Most = 10_000_000;
        int count = 0;
        int[] begin = Prompts.Ids("<|channel|>final<|message|>");
        int[] word = Prompts.Ids(" word");
        var engine = new CountingGenerator(begin, word, Most, () => Interlocked.Increment(ref count));
        await using TestServer server = await TestServer.StartAsync(engine);

        using HttpResponseMessage unread = await server.PostAsync(Prompts.Chat, Prompts.Ask(stream: true));

        // The web server cuts off who reads fewer than 240 bytes a second; the engine is free again.
        await Eventually.IsTrueAsync(() => engine.ActiveCount == 0);

        // What was sampled fits into the buffers of the connection: some megabytes, at 200 bytes an event.
        Assert.InRange(count, 1, 200_000);
        Admission admission = server.Services.GetRequiredService<Admission>();
        await Eventually.IsTrueAsync(() => admission.Running == 0);
    }
}
