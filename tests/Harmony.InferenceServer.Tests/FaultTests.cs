using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Harmony.Engines;
using Harmony.OpenAI;
using InferenceServer.Serving;
using InferenceServer.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace InferenceServer;

/// <summary>What goes wrong has a status before the first byte, and is an event after it.</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData(TokenGenerationError.Unavailable, 502, "engine_unavailable")]
    [InlineData(TokenGenerationError.Interrupted, 502, "engine_failed")]
    [InlineData(TokenGenerationError.InvalidResponse, 502, "engine_failed")]
    [InlineData(TokenGenerationError.Unknown, 502, "engine_failed")]
    [InlineData(TokenGenerationError.TimedOut, 504, "engine_timeout")]
    [InlineData(TokenGenerationError.Overloaded, 503, "engine_overloaded")]
    [InlineData(TokenGenerationError.InvalidRequest, 400, "invalid_request")]
    [InlineData(TokenGenerationError.ContextLengthExceeded, 400, "context_length_exceeded")]
    public async Task Post_EngineFailsBeforeTheFirstId_HasAStatus(
        TokenGenerationError error, int status, string code)
    {
        var engine = new SteppedGenerator();
        await using TestServer server = await TestServer.StartAsync(engine);
        foreach (string path in (string[])[Prompts.Chat, Prompts.Responses])
        {
            foreach (bool stream in (bool[])[false, true])
            {
                engine.Fail(error);
                (HttpStatusCode actual, JsonNode body) = await server.AskAsync(path, RequestFor(path, stream));

                Assert.Equal((status, code), ((int)actual, (string?)body["error"]!["code"]));
                Assert.True(status == 400 || !$"{body}".Contains("10.0.0.1", StringComparison.Ordinal));
            }
        }

        Assert.Equal(0, engine.ActiveCount);
    }

    [Fact]
    public async Task Post_EngineFailsWithinAChatStream_SendsAnErrorEvent()
    {
        var engine = new SteppedGenerator();
        await using TestServer server = await TestServer.StartAsync(engine);
        engine.Give("<|channel|>final<|message|>Ahoy");
        engine.Fail(TokenGenerationError.Interrupted);

        using HttpResponseMessage response = await server.PostAsync(Prompts.Chat, Prompts.Ask(stream: true));
        List<SseItem<string>> events = await Sse.ReadAsync(response);

        Assert.Equal("Ahoy", Sse.ContentOf(events[..^1].Select(static one => JsonNode.Parse(one.Data)!)));
        JsonNode error = JsonNode.Parse(events[^1].Data)!["error"]!;
        Assert.Equal(("server_error", "engine_failed"), ((string?)error["type"], (string?)error["code"]));
    }

    [Fact]
    public async Task Post_EngineFailsWithinAStreamOfResponses_SendsAFailedResponse()
    {
        var engine = new SteppedGenerator();
        await using TestServer server = await TestServer.StartAsync(engine);
        engine.Give("<|channel|>final<|message|>Ahoy");
        engine.Fail(TokenGenerationError.Interrupted);

        using HttpResponseMessage response = await server.PostAsync(
            Prompts.Responses, RequestFor(Prompts.Responses, stream: true));
        List<SseItem<string>> events = await Sse.ReadAsync(response);

        Assert.Equal("response.failed", events[^1].EventType);
        Assert.Equal("failed", (string?)JsonNode.Parse(events[^1].Data)!["response"]!["status"]);
    }

    [Fact]
    public async Task Post_EngineFailsWithinAWholeAnswer_IsNoHalfAnswer()
    {
        var engine = new SteppedGenerator();
        await using TestServer server = await TestServer.StartAsync(engine);
        engine.Give("<|channel|>final<|message|>Ahoy");
        engine.Fail(TokenGenerationError.Interrupted);

        (HttpStatusCode status, JsonNode body) = await server.AskAsync(Prompts.Chat, Prompts.Ask());

        Assert.Equal(HttpStatusCode.BadGateway, status);
        Assert.Equal("engine_failed", (string?)body["error"]!["code"]);
    }

    [Fact]
    public async Task Post_EngineGivesUpWithinAWholeAnswer_IsNoHalfAnswer()
    {
        var engine = new SteppedGenerator();
        await using TestServer server = await TestServer.StartAsync(engine);
        foreach (string path in (string[])[Prompts.Chat, Prompts.Responses])
        {
            engine.Give("<|channel|>final<|message|>Ahoy");
            engine.Abort();

            (HttpStatusCode status, JsonNode body) = await server.AskAsync(path, RequestFor(path, stream: false));

            Assert.Equal(HttpStatusCode.BadGateway, status);
            Assert.Equal("engine_failed", (string?)body["error"]!["code"]);
        }
    }

    [Theory]
    [InlineData(Prompts.Chat, "message", "\"engine_failed\"")]
    [InlineData(Prompts.Responses, "response.failed", "\"failed\"")]
    public async Task Post_EngineGivesUpWithinAStream_SendsAnErrorEvent(string path, string type, string word)
    {
        var engine = new SteppedGenerator();
        await using TestServer server = await TestServer.StartAsync(engine);
        engine.Give("<|channel|>final<|message|>Ahoy");
        engine.Abort();

        using HttpResponseMessage response = await server.PostAsync(path, RequestFor(path, stream: true));
        List<SseItem<string>> events = await Sse.ReadAsync(response);

        Assert.Equal(type, events[^1].EventType);
        Assert.Contains(word, events[^1].Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_EngineThrowsSomethingElse_IsAnInternalError()
    {
        var engine = new ScriptedTokenGenerator(
            static request => throw new InvalidOperationException("A secret."));
        await using TestServer server = await TestServer.StartAsync(engine);

        (HttpStatusCode status, JsonNode body) = await server.AskAsync(Prompts.Chat, Prompts.Ask());

        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.Equal("internal_error", (string?)body["error"]!["code"]);
        Assert.DoesNotContain("secret", $"{body}{string.Concat(server.Log.Lines)}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("{", 400)]
    [InlineData("""{"messages":[]}""", 400)]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}]}""", 400)]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"temperature":9}""", 400)]
    public async Task Post_ABadRequest_IsRefused(string json, int status)
    {
        await using TestServer server = await TestServer.StartAsync(ScriptedTokenGenerator.FromText());
        (HttpStatusCode actual, JsonNode body) = await server.AskAsync(Prompts.Chat, json);

        Assert.Equal((status, "invalid_request_error"), ((int)actual, (string?)body["error"]!["type"]));
    }

    [Fact]
    public async Task ServeAsync_AStreamAndItsErrorCannotBeWritten_CutsTheClientOff()
    {
        using var log = new LogList();
        await using WebApplication app = ServerApplication.Create(
            ["--urls", "http://127.0.0.1:0"],
            ScriptedTokenGenerator.FromText(Prompts.Hello),
            builder => builder.Logging.ClearProviders().AddProvider(log));
        TurnServer server = app.Services.GetRequiredService<TurnServer>();
        app.MapPost("/broken", context => server.ServeAsync(
            context, new Tenant(new ResponseStore(), CacheSalt: null), static (_, _) => new BrokenAnswer()));
        await app.StartAsync(TestServer.Cancelled);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        await Assert.ThrowsAsync<HttpRequestException>(
            () => http.PostAsync("/broken", content: null, TestServer.Cancelled));

        Assert.DoesNotContain(
            log.Lines, static line => line.Contains("nhandled exception", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/v1/embeddings")]
    [InlineData("/v1/chat")]
    public async Task Post_AnotherPath_IsAnErrorInJson(string path)
    {
        await using TestServer server = await TestServer.StartAsync(ScriptedTokenGenerator.FromText());
        (HttpStatusCode status, JsonNode body) = await server.AskAsync(path, "{}");

        Assert.Equal((HttpStatusCode.NotFound, "unknown_url"), (status, (string?)body["error"]!["code"]));
    }

    private static string RequestFor(string path, bool stream) => path == Prompts.Chat
        ? Prompts.Ask(stream: stream)
        : $$"""{"input":"Hi","stream":{{(stream ? "true" : "false")}}}""";
}
