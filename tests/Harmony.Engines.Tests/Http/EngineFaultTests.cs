using System.Net;
using System.Text;
using Harmony.Engines.Tests.Support;

namespace Harmony.Engines.Tests.Http;

/// <summary>What all clients of servers do when something goes wrong.</summary>
public sealed class EngineFaultTests
{
    private const string First = """{"tokens":[200005],"stop":false}""";
    private const string Last = """{"tokens":[200002],"stop":true,"stop_type":"eos"}""";

    [Fact]
    public async Task GenerateAsync_EventsInPieces_AreRead()
    {
        byte[] all = Encoding.UTF8.GetBytes($": ping\n\ndata: {First}\r\n\r\nevent: message\ndata: {Last}\n\n");
        foreach (int size in (int[])[1, 3, 50, all.Length])
        {
            ScriptedServer server = new ScriptedServer().Stream([.. all.Chunk(size)]);

            (int[] ids, TokenChunk last, _) = await Generator(server).ReadAsync();

            Assert.Equal([200005, 200002], ids);
            Assert.Equal(TokenFinishReason.Stop, last.FinishReason);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("data: {\"tokens\":[17196],\"st")]
    [InlineData("data: {\"tokens\":[17196],\"stop\":false}")]
    public async Task GenerateAsync_StreamCutOff_IsInterrupted(string rest)
    {
        ScriptedServer server = new ScriptedServer().Stream(First, Encoding.UTF8.GetBytes(rest));

        TokenGenerationException error = await Generator(server).FailAsync();

        Assert.Equal((TokenGenerationError.Interrupted, 1), (error.Error, error.CompletionTokens));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task GenerateAsync_DisconnectAfterAnId_IsNotRetried()
    {
        ScriptedServer server = new ScriptedServer().Stream(First, new IOException("reset"));

        TokenGenerationException error = await Generator(server).FailAsync();

        Assert.Equal((TokenGenerationError.Interrupted, 1), (error.Error, error.CompletionTokens));
        Assert.IsType<IOException>(error.InnerException);
        Assert.Single(server.Requests);
        Assert.True(server.LastStream!.IsDisposed);
    }

    [Fact]
    public async Task GenerateAsync_DisconnectAfterTheStopId_IsNoError()
    {
        ScriptedServer server = new ScriptedServer().Stream("""{"tokens":[200005,200002],"stop":false}""", new IOException("reset"));

        (int[] ids, TokenChunk last, _) = await Generator(server).ReadAsync();

        Assert.Equal([200005, 200002], ids);
        Assert.Equal(TokenFinishReason.Stop, last.FinishReason);
    }

    [Fact]
    public async Task GenerateAsync_StopIdThatTheServerIgnores_EndsTheCompletion()
    {
        ScriptedServer server = new ScriptedServer().Stream(
            """{"tokens":[200005,200012,7],"stop":false}""", """{"tokens":[8],"stop":false}""", ScriptedServer.Silence);

        (int[] ids, TokenChunk last, _) = await Generator(server).ReadAsync();

        Assert.Equal([200005, 200012], ids);
        Assert.Equal(TokenFinishReason.Stop, last.FinishReason);
        Assert.True(server.LastStream!.WasCancelled);
    }

    [Fact]
    public async Task GenerateAsync_FaultsBeforeTheFirstId_AreRetried()
    {
        ScriptedServer server = new ScriptedServer()
            .Fail(new HttpRequestException("refused"))
            .Answer(HttpStatusCode.ServiceUnavailable, """{"error":{"code":503,"message":"Loading model"}}""")
            .Stream(new IOException("reset"))
            .Stream()
            .Stream(First, Last);
        var options = new HttpGeneratorOptions { MaxRetries = 4, RetryDelay = TimeSpan.FromTicks(1) };

        (int[] ids, _, _) = await new LlamaCppGenerator(server.Client, options).ReadAsync();

        Assert.Equal([200005, 200002], ids);
        Assert.Equal(5, server.Requests.Count);
    }

    [Fact]
    public async Task GenerateAsync_MoreFaultsThanRetries_GivesTheLastError()
    {
        ScriptedServer server = new ScriptedServer()
            .Fail(new HttpRequestException("refused"))
            .Answer(HttpStatusCode.ServiceUnavailable, """{"error":{"code":503,"message":"Loading model"}}""");
        var options = new HttpGeneratorOptions { MaxRetries = 1, RetryDelay = TimeSpan.FromTicks(1) };

        TokenGenerationException error = await new LlamaCppGenerator(server.Client, options).FailAsync();

        Assert.Equal(
            ("Loading model", TokenGenerationError.Unavailable, true),
            (error.Message, error.Error, error.IsTransient));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(60, 10)]
    public async Task GenerateAsync_ServerAsksToWait_WaitsWithinReason(int asked, int waited)
    {
        ScriptedServer server = new ScriptedServer()
            .Answer(HttpStatusCode.TooManyRequests, """{"error":{"message":"Busy"}}""", TimeSpan.FromSeconds(asked))
            .Stream(First, Last);
        var clock = new ManualTimeProvider();
        Task<TimeSpan> timeout = clock.NextTimerAsync(), delay = clock.NextTimerAsync();

        Task<(int[] Ids, TokenChunk Last, List<TokenLogProbability>)> reading =
            Generator(server, clock).ReadAsync();

        Assert.Equal(TimeSpan.FromMinutes(5), await timeout);
        Assert.Equal(TimeSpan.FromSeconds(waited), await delay);
        clock.Advance(TimeSpan.FromSeconds(waited));
        (int[] ids, _, _) = await reading;
        Assert.Equal([200005, 200002], ids);
    }

    [Fact]
    public async Task GenerateAsync_NoIdInTime_TimesOut()
    {
        ScriptedServer server = new ScriptedServer().Stream(ScriptedServer.Silence);
        var clock = new ManualTimeProvider();
        Task<TimeSpan> timer = clock.NextTimerAsync();
        Task<TokenGenerationException> failing = Generator(server, clock).FailAsync();
        clock.Advance(await timer);

        TokenGenerationException error = await failing;

        Assert.Equal(TokenGenerationError.TimedOut, error.Error);
        Assert.Equal("The server at engine:1234 gave no id within 00:05:00.", error.Message);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task GenerateAsync_SilenceAfterAnId_TimesOut()
    {
        ScriptedServer server = new ScriptedServer().Stream(First, ScriptedServer.Silence);
        var clock = new ManualTimeProvider();
        Task<TimeSpan> first = clock.NextTimerAsync(), none = clock.NextTimerAsync(), idle = clock.NextTimerAsync();
        Task<TokenGenerationException> failing = Generator(server, clock).FailAsync();
        Assert.Equal(TimeSpan.FromMinutes(5), await first);
        Assert.Equal(Timeout.InfiniteTimeSpan, await none);
        Assert.Equal(TimeSpan.FromMinutes(1), await idle);
        clock.Advance(TimeSpan.FromMinutes(1));

        TokenGenerationException error = await failing;

        Assert.Equal((TokenGenerationError.TimedOut, 1), (error.Error, error.CompletionTokens));
    }

    [Fact]
    public async Task GenerateAsync_CallerTakesItsTime_DoesNotTimeOut()
    {
        ScriptedServer server = new ScriptedServer().Stream(First, First, Last);
        var clock = new ManualTimeProvider();
        int count = 0;

        await foreach (TokenChunk _ in Generator(server, clock).GenerateAsync(Reading.Prompt))
        {
            clock.Advance(TimeSpan.FromHours(1));
            count++;
        }

        Assert.Equal(4, count);
    }

    [Fact]
    public async Task GenerateAsync_Cancelled_ThrowsThatAndClosesTheConnection()
    {
        ScriptedServer server = new ScriptedServer().Stream(First, ScriptedServer.Silence);
        using var cancelling = new CancellationTokenSource();
        await using IAsyncEnumerator<TokenChunk> chunks =
            Generator(server).GenerateAsync(Reading.Prompt, cancelling.Token).GetAsyncEnumerator();
        Assert.True(await chunks.MoveNextAsync());
        ValueTask<bool> next = chunks.MoveNextAsync();
        await server.LastStream!.Waiting;

        await cancelling.CancelAsync();

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        Assert.Equal(cancelling.Token, thrown.CancellationToken);
        Assert.True(server.LastStream.WasCancelled);
    }

    [Fact]
    public async Task GenerateAsync_LeftEarly_ClosesTheConnection()
    {
        ScriptedServer server = new ScriptedServer().Stream(First, ScriptedServer.Silence);

        await foreach (TokenChunk _ in Generator(server).GenerateAsync(Reading.Prompt))
        {
            break;
        }

        Assert.True(server.LastStream!.WasCancelled);
        Assert.True(server.LastStream.IsDisposed);
    }

    [Theory]
    [InlineData("""{"tokens":["x"]}""")]
    [InlineData("""{"tokens":[1.5]}""")]
    [InlineData("{\"tokens\":[1")]
    [InlineData("nonsense")]
    public async Task GenerateAsync_EventThatCannotBeRead_IsAnError(string payload)
    {
        ScriptedServer server = new ScriptedServer().Stream(First, payload);

        TokenGenerationException error = await Generator(server).FailAsync();

        Assert.Equal((TokenGenerationError.InvalidResponse, 1), (error.Error, error.CompletionTokens));
    }

    [Fact]
    public async Task GenerateAsync_TextWithoutIds_IsAnError()
    {
        const string LlamaCpp = """{"content":"Hi","stop":true,"stop_type":"eos"}""";
        const string Sglang = """{"text":"Hi","meta_info":{"completion_tokens":4,"finish_reason":{"type":"stop"}}}""";
        HttpClient llamaCpp = new ScriptedServer().Stream(LlamaCpp).Client;
        HttpClient sglang = new ScriptedServer().Stream(Sglang, "[DONE]").Client;

        TokenGenerationException first = await new LlamaCppGenerator(llamaCpp).FailAsync();
        TokenGenerationException second = await new SglangGenerator(sglang).FailAsync();

        Assert.Equal(
            (TokenGenerationError.InvalidResponse, TokenGenerationError.InvalidResponse), (first.Error, second.Error));
    }

    [Fact]
    public async Task GenerateAsync_ErrorThatIsNoText_IsNotRepeated()
    {
        ScriptedServer server = new ScriptedServer().Answer(
            HttpStatusCode.BadRequest, """{"error":{"message":"no \ud800"}}""");

        TokenGenerationException error = await Generator(server).FailAsync();

        Assert.Equal("The server answered 400 BadRequest.", error.Message);
    }

    [Fact]
    public async Task GenerateAsync_AnswerThatIsNoStream_IsAnError()
    {
        ScriptedServer server = new ScriptedServer().Answer(HttpStatusCode.OK, "<html>secret</html>");

        TokenGenerationException error = await Generator(server).FailAsync();

        Assert.Equal(TokenGenerationError.InvalidResponse, error.Error);
        Assert.Equal("The server at engine:1234 answered with text/html instead of a stream of events.", error.Message);
    }

    [Fact]
    public async Task GenerateAsync_ErrorPage_IsNotRepeated()
    {
        ScriptedServer server = new ScriptedServer().Answer(HttpStatusCode.InternalServerError, "<html>secret</html>");

        TokenGenerationException error = await Generator(server).FailAsync();

        Assert.Equal("The server answered 500 InternalServerError.", error.Message);
    }

    [Theory]
    [InlineData("a\r\nb: c")]
    [InlineData("Gespräch")]
    public async Task GenerateAsync_SessionIdThatIsNoHeader_IsRefused(string sessionId)
    {
        var generator = new LlamaCppGenerator(new ScriptedServer().Client, new() { SessionHeader = "X-Session-ID" });

        TokenGenerationException error = await generator.FailAsync(Reading.Prompt with { SessionId = sessionId });

        Assert.Equal(TokenGenerationError.InvalidRequest, error.Error);
        Assert.Equal("The session's id cannot be the value of the header X-Session-ID.", error.Message);
    }

    [Fact]
    public async Task GenerateAsync_NoAddress_SaysSo()
    {
        using var http = new HttpClient();

        await Assert.ThrowsAsync<InvalidOperationException>(() => new LlamaCppGenerator(http).ReadAsync());
    }

    [Fact]
    public async Task GenerateAsync_NothingListens_IsUnavailable()
    {
        Uri address;
        using (var server = new SocketServer())
        {
            address = server.Address;
        }

        using var http = new HttpClient { BaseAddress = address };

        TokenGenerationException error = await new LlamaCppGenerator(http, new() { MaxRetries = 0 }).FailAsync();

        Assert.Equal((TokenGenerationError.Unavailable, true), (error.Error, error.IsTransient));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GenerateAsync_LeftEarlyOverASocket_HangsUpAtOnce(bool cancels)
    {
        using var server = new SocketServer();
        Task serving = server.StreamAsync(First, First, First);

        // A handler that is left to itself would keep the connection for this long.
        using var handler = new SocketsHttpHandler { ResponseDrainTimeout = TimeSpan.FromMinutes(2) };
        using var http = new HttpClient(handler) { BaseAddress = server.Address };
        using var cancelling = new CancellationTokenSource();
        IAsyncEnumerator<TokenChunk> chunks =
            new LlamaCppGenerator(http).GenerateAsync(Reading.Prompt, cancelling.Token).GetAsyncEnumerator();
        Assert.True(await chunks.MoveNextAsync());
        if (cancels)
        {
            await cancelling.CancelAsync();
        }

        await chunks.DisposeAsync();

        await server.HungUp.WaitAsync(TimeSpan.FromMinutes(1));
        await serving;
    }

    private static LlamaCppGenerator Generator(ScriptedServer server, TimeProvider? clock = null) =>
        new(server.Client, new HttpGeneratorOptions { TimeProvider = clock ?? TimeProvider.System });
}
