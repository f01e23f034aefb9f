using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using InferenceServer.Support;
using Microsoft.Extensions.Time.Testing;

namespace InferenceServer.Routing;

/// <summary>Several engines over sockets, as <c>--engine llamacpp=URL,URL</c> has them.</summary>
public sealed class RoutedEnginesTests
{
    // Longer than the system message, which all prompts have in common.
    private static readonly string Long = string.Concat(Enumerable.Repeat("A question that is long enough. ", 20));

    [Fact]
    public async Task Post_TheSameBeginning_GoesToTheSameEngine()
    {
        await using FakeEngine one = await FakeEngine.StartAsync("one");
        await using FakeEngine two = await FakeEngine.StartAsync("two");
        await using TestServer server = await TestServer.StartAsync(null, EnginesOf(one, two));

        string first = await SayAsync(server, $"1 {Long}");
        string second = await SayAsync(server, $"2 {Long}");
        Assert.NotEqual(first, second);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(first, await SayAsync(server, $"1 {Long} And this {i}."));
            Assert.Equal(second, await SayAsync(server, $"2 {Long} And this {i}."));
        }

        Assert.Equal(12, one.Prompts.Count + two.Prompts.Count);
    }

    [Fact]
    public async Task Post_AnEngineIsDead_TheOtherAnswersAndTheDeadOneIsTriedAgain()
    {
        await using FakeEngine alive = await FakeEngine.StartAsync("alive");
        FakeEngine dying = await FakeEngine.StartAsync("dying");
        Uri address = dying.Address;
        var time = new FakeTimeProvider();
        await using TestServer server = await TestServer.StartAsync(null, time, EnginesOf(alive, dying));
        await dying.DisposeAsync();

        for (int i = 0; i < 4; i++)
        {
            Assert.Equal("I am alive.", await SayAsync(server, $"{i} {Long}"));
        }

        Assert.Equal((1, 2), await HealthAsync(server));
        await using FakeEngine back = await FakeEngine.StartAsync("back", address.Port);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((2, 2), await HealthAsync(server));
        string[] answers = [.. await Task.WhenAll(Enumerable.Range(0, 8).Select(i => SayAsync(server, $"{i} again")))];
        Assert.Contains("I am back.", answers);
    }

    [Theory]
    [InlineData(503, null)]
    [InlineData(500, null)]
    [InlineData(429, null)]
    [InlineData(200, 0)]
    public async Task Post_AnEngineFailsBeforeItsFirstId_TheOtherAnswers(int status, int? breaksAfter)
    {
        await using FakeEngine good = await FakeEngine.StartAsync("good");
        await using FakeEngine bad = await FakeEngine.StartAsync("bad");
        (bad.Status, bad.BreaksAfter) = (status, breaksAfter);
        await using TestServer server = await TestServer.StartAsync(null, EnginesOf(bad, good));

        for (int i = 0; i < 4; i++)
        {
            Assert.Equal("I am good.", await SayAsync(server, $"{i} {Long}"));
        }

        Assert.NotEmpty(bad.Prompts);
    }

    [Fact]
    public async Task Post_AnEngineHangs_IsLeftOutAndTheOtherAnswers()
    {
        await using FakeEngine good = await FakeEngine.StartAsync("good");
        await using FakeEngine hung = await FakeEngine.StartAsync("hung");
        hung.Hangs = true;
        var time = new FakeTimeProvider();
        await using TestServer server = await TestServer.StartAsync(
            null, time, [.. EnginesOf(hung, good), "--timeout", "4"]);

        Task<string> first = SayAsync(server, Long);
        await Eventually.IsTrueAsync(() => hung.Prompts.Count == 1);
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("I am good.", await first);
        Assert.Equal((1, 2), await HealthAsync(server));
        Assert.Equal("I am good.", await SayAsync(server, Long));
        Assert.Single(hung.Prompts);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    public async Task Post_AnEngineRefusesTheServer_IsLeftOut(int status)
    {
        await using FakeEngine good = await FakeEngine.StartAsync("good");
        await using FakeEngine bad = await FakeEngine.StartAsync("bad");
        bad.Status = status;
        await using TestServer server = await TestServer.StartAsync(null, new FakeTimeProvider(), EnginesOf(bad, good));

        for (int i = 0; i < 4; i++)
        {
            Assert.Equal("I am good.", await SayAsync(server, $"{i} {Long}"));
        }

        Assert.Single(bad.Prompts);
        Assert.Equal((1, 2), await HealthAsync(server));
    }

    [Fact]
    public async Task Post_TheOnlyEngineRefusesTheServer_IsNotTheClientsFault()
    {
        await using FakeEngine engine = await FakeEngine.StartAsync("engine");
        engine.Status = 401;
        await using TestServer server = await TestServer.StartAsync(null, EnginesOf(engine));

        (HttpStatusCode status, JsonNode body) = await server.AskAsync(Prompts.Chat, Prompts.Ask());

        Assert.Equal(HttpStatusCode.BadGateway, status);
        Assert.Equal("engine_failed", (string?)body["error"]!["code"]);
    }

    [Fact]
    public async Task Post_OneRequestMakesAllEnginesFail_LeavesThemIn()
    {
        await using FakeEngine one = await FakeEngine.StartAsync("one");
        await using FakeEngine two = await FakeEngine.StartAsync("two");
        (one.Status, two.Status) = (500, 500);
        await using TestServer server = await TestServer.StartAsync(null, EnginesOf(one, two));

        (HttpStatusCode status, _) = await server.AskAsync(Prompts.Chat, Prompts.Ask());

        Assert.Equal(HttpStatusCode.BadGateway, status);
        Assert.Equal((1, 1), (one.Prompts.Count, two.Prompts.Count));
        Assert.Equal((2, 2), await HealthAsync(server));
    }

    [Fact]
    public async Task Post_AnEngineBreaksOffAfterItsFirstId_IsNotAskedOfAnother()
    {
        await using FakeEngine one = await FakeEngine.StartAsync("one");
        await using FakeEngine two = await FakeEngine.StartAsync("two");
        (one.BreaksAfter, two.BreaksAfter) = (5, 5);
        await using TestServer server = await TestServer.StartAsync(null, EnginesOf(one, two));

        using HttpResponseMessage response = await server.PostAsync(Prompts.Chat, Prompts.Ask(stream: true));
        List<SseItem<string>> events = await Sse.ReadAsync(response);

        Assert.Equal("engine_failed", (string?)JsonNode.Parse(events[^1].Data)!["error"]!["code"]);
        Assert.Equal(1, one.Prompts.Count + two.Prompts.Count);
    }

    [Fact]
    public async Task Post_AllEnginesAreDead_Is502AndHealthSaysSo()
    {
        FakeEngine one = await FakeEngine.StartAsync("one");
        FakeEngine two = await FakeEngine.StartAsync("two");
        await using TestServer server = await TestServer.StartAsync(null, new FakeTimeProvider(), EnginesOf(one, two));
        await one.DisposeAsync();
        await two.DisposeAsync();

        (HttpStatusCode status, _) = await server.AskAsync(Prompts.Chat, Prompts.Ask());

        Assert.Equal(HttpStatusCode.BadGateway, status);
        Assert.Equal((0, 2), await HealthAsync(server));
        using HttpResponseMessage health = await server.Http.GetAsync("/health", TestServer.Cancelled);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
    }

    [Fact]
    public async Task Post_AnEngineRefusesThePrompt_IsToldToTheClient()
    {
        await using FakeEngine one = await FakeEngine.StartAsync("one");
        await using FakeEngine two = await FakeEngine.StartAsync("two");
        (one.Status, two.Status) = (400, 400);
        await using TestServer server = await TestServer.StartAsync(null, EnginesOf(one, two));

        (HttpStatusCode status, _) = await server.AskAsync(Prompts.Chat, Prompts.Ask());

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(1, one.Prompts.Count + two.Prompts.Count);
        Assert.Equal((2, 2), await HealthAsync(server));
    }

    private static string[] EnginesOf(params IEnumerable<FakeEngine> engines) =>
        ["--engine", $"llamacpp={string.Join(',', engines.Select(static one => one.Address))}"];

    private static async Task<string> SayAsync(TestServer server, string text)
    {
        (HttpStatusCode status, JsonNode body) = await server.AskAsync(Prompts.Chat, Prompts.Ask(text));
        Assert.Equal(HttpStatusCode.OK, status);
        return (string)body["choices"]![0]!["message"]!["content"]!;
    }

    private static async Task<(int Available, int All)> HealthAsync(TestServer server)
    {
        using HttpResponseMessage response = await server.Http.GetAsync("/health", TestServer.Cancelled);
        JsonNode body = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestServer.Cancelled))!;
        return ((int)body["available"]!, (int)body["engines"]!);
    }
}
