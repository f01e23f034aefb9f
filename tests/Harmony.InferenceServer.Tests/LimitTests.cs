using System.IO.Pipelines;
using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Harmony.Engines;
using InferenceServer.Serving;
using InferenceServer.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace InferenceServer;

/// <summary>Limits on size, number and time.</summary>
public sealed class LimitTests
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Post_ABodyOf100Megabytes_IsRefused(bool hasLength, bool waitsForLeave)
    {
        await using TestServer server = await TestServer.StartAsync(ScriptedTokenGenerator.FromText());
        using var body = new ZeroContent(100 << 20, hasLength);
        using var request = new HttpRequestMessage(HttpMethod.Post, Prompts.Chat) { Content = body };
        request.Headers.ExpectContinue = waitsForLeave;

        using HttpResponseMessage response = await server.Http.SendAsync(request, TestServer.Cancelled);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        JsonNode error = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestServer.Cancelled))!["error"]!;
        Assert.Equal("request_too_large", (string?)error["code"]);
        Assert.True(!hasLength || !waitsForLeave || body.SentCount == 0);
    }

    [Fact]
    public async Task Post_ABodyOfTheLimit_IsRead()
    {
        var engine = ScriptedTokenGenerator.FromText(Prompts.Hello);
        string json = Prompts.Ask(new string('x', 3_000_000));
        await using TestServer server = await TestServer.StartAsync(engine, "--max-body-bytes", $"{json.Length}");

        Assert.Equal(HttpStatusCode.OK, (await server.AskAsync(Prompts.Chat, json)).Status);
        Assert.Equal(
            HttpStatusCode.RequestEntityTooLarge, (await server.AskAsync(Prompts.Chat, json + " ")).Status);
    }

    [Theory]
    [InlineData(0, 1 << 20)]
    [InlineData(7, 0)]
    public async Task Create_LimitsOfConversations_AreThoseOfSessionsToo(int count, int bytes)
    {
        await using TestServer server = await TestServer.StartAsync(
            ScriptedTokenGenerator.FromText(),
            "--max-conversations", $"{count}",
            "--max-conversation-bytes", $"{bytes}");

        TurnRunnerOptions options = server.Services.GetRequiredService<TurnRunnerOptions>();

        Assert.Equal((count, bytes / 8), (options.MaxSessions, options.MaxSessionTokens));
    }

    [Fact]
    public async Task Post_ABodyOf100MegabytesToThePlayground_IsRefused()
    {
        await using TestServer server = await TestServer.StartAsync(ScriptedTokenGenerator.FromText());
        using var body = new ZeroContent(100 << 20, hasLength: false);

        using HttpResponseMessage response = await server.Http.PostAsync("/tokenize", body, TestServer.Cancelled);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Post_ABodyThatDoesNotCome_HoldsNoPlace()
    {
        var engine = ScriptedTokenGenerator.FromText(Prompts.Hello);
        await using TestServer server = await TestServer.StartAsync(
            engine, "--max-concurrent", "1", "--max-queue", "1");
        Admission admission = server.Services.GetRequiredService<Admission>();
        var body = new Pipe();
        using var http = new HttpClient { BaseAddress = server.Address };
        using var slow = new HttpRequestMessage(HttpMethod.Post, Prompts.Chat)
        {
            Content = new StreamContent(body.Reader.AsStream()),
        };

        // The head is sent alone.
        slow.Headers.ExpectContinue = true;
        Task<HttpResponseMessage> uploading = http.SendAsync(slow, TestServer.Cancelled);
        await Eventually.IsTrueAsync(() => admission.Waiting + admission.Running == 1);

        Assert.Equal(0, admission.Running);
        Assert.Equal(HttpStatusCode.OK, (await server.AskAsync(Prompts.Chat, Prompts.Ask())).Status);

        await body.Writer.CompleteAsync(new IOException("The client gives up."));
        await Assert.ThrowsAnyAsync<Exception>(() => uploading);
        await Eventually.IsTrueAsync(() => admission.Waiting == 0);
    }

    [Fact]
    public async Task Post_TheQueueIsFull_IsRefusedAtOnce()
    {
        var engine = new SteppedGenerator();
        await using TestServer server = await TestServer.StartAsync(
            engine, "--max-concurrent", "1", "--max-queue", "1");
        Admission admission = server.Services.GetRequiredService<Admission>();
        Task<(HttpStatusCode Status, JsonNode Body)> first = server.AskAsync(Prompts.Chat, Prompts.Ask());
        await engine.BegunAsync();
        Task<(HttpStatusCode Status, JsonNode Body)> second = server.AskAsync(Prompts.Chat, Prompts.Ask());
        await Eventually.IsTrueAsync(() => admission.Waiting == 1);

        using HttpResponseMessage third = await server.PostAsync(Prompts.Chat, Prompts.Ask());

        Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), third.Headers.RetryAfter!.Delta);
        Assert.Equal((1, 1L, 1L), (engine.ActiveCount, admission.Running, admission.Waiting));
        engine.Give(Prompts.Hello);
        Assert.Equal(HttpStatusCode.OK, (await first).Status);
        engine.Give(Prompts.Hello);
        Assert.Equal(HttpStatusCode.OK, (await second).Status);
    }

    [Fact]
    public async Task Post_NothingComesInTime_IsATimeout()
    {
        var engine = new SteppedGenerator();
        var time = new FakeTimeProvider();
        await using TestServer server = await TestServer.StartAsync(engine, time, "--timeout", "30");
        Task<(HttpStatusCode Status, JsonNode Body)> asking = server.AskAsync(Prompts.Chat, Prompts.Ask(stream: true));
        await engine.BegunAsync();
        Assert.False(asking.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(30));

        (HttpStatusCode status, JsonNode body) = await asking;
        Assert.Equal((HttpStatusCode.GatewayTimeout, "timeout"), (status, (string?)body["error"]!["code"]));
        await Eventually.IsTrueAsync(() => engine.ActiveCount == 0);
    }

    [Theory]
    [InlineData(Prompts.Chat, """{"stream":true,"messages":[{"role":"user","content":"Hi"}]}""")]
    [InlineData(Prompts.Responses, """{"stream":true,"input":"Hi"}""")]
    public async Task Post_AStreamTakesTooLong_EndsWithAnErrorEvent(string path, string json)
    {
        var engine = new SteppedGenerator();
        var time = new FakeTimeProvider();
        await using TestServer server = await TestServer.StartAsync(engine, time, "--timeout", "30");
        engine.Give("<|channel|>final<|message|>Ahoy");

        using HttpResponseMessage response = await server.PostAsync(path, json);
        time.Advance(TimeSpan.FromSeconds(30));
        List<SseItem<string>> events = await Sse.ReadAsync(response);

        Assert.Contains("The request took too long.", events[^1].Data, StringComparison.Ordinal);
        await Eventually.IsTrueAsync(() => engine.ActiveCount == 0);
    }

    [Fact]
    public async Task Post_WaitingTooLong_IsATimeout()
    {
        var engine = new SteppedGenerator();
        var time = new FakeTimeProvider();
        await using TestServer server = await TestServer.StartAsync(
            engine, time, "--timeout", "30", "--max-concurrent", "1");
        Task<(HttpStatusCode Status, JsonNode Body)> first = server.AskAsync(Prompts.Chat, Prompts.Ask());
        await engine.BegunAsync();
        Admission admission = server.Services.GetRequiredService<Admission>();
        Task<(HttpStatusCode Status, JsonNode Body)> second = server.AskAsync(Prompts.Chat, Prompts.Ask());
        await Eventually.IsTrueAsync(() => admission.Waiting == 1);

        time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(HttpStatusCode.GatewayTimeout, (await first).Status);
        Assert.Equal(HttpStatusCode.GatewayTimeout, (await second).Status);
        await Eventually.IsTrueAsync(() => admission is { Waiting: 0, Running: 0 });
    }
}
