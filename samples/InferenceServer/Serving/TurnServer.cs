using System.Buffers;
using System.IO.Pipelines;
using System.Threading.RateLimiting;
using Harmony.Core;
using Harmony.Engines;
using Harmony.OpenAI;
using InferenceServer.Answers;
using InferenceServer.Configuration;
using InferenceServer.Telemetry;

namespace InferenceServer.Serving;

/// <summary>Serves requests that sample: lets them in, runs turns, sends answers. Thread-safe.</summary>
internal sealed class TurnServer(
    TurnRunner runner,
    Admission admission,
    Draining draining,
    ServerOptions options,
    ServerMetrics metrics,
    TimeProvider time,
    ILogger<TurnServer> logger)
{
    // What an engine gives at once is sent in pieces of about this size.
    private const int MaxUnflushed = 16 << 10;

    private static readonly TimeSpan LastEventTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Serves a request.</summary>
    /// <param name="context">The request and its response.</param>
    /// <param name="tenant">Who asks.</param>
    /// <param name="read">Reads the body. Its exceptions are refusals.</param>
    public async Task ServeAsync(HttpContext context, Tenant tenant, ReadAnswer read)
    {
        if (!draining.TryEnter())
        {
            metrics.Failed(Fault.Stopping.Kind, TimeSpan.Zero);
            await Fault.Stopping.WriteAsync(context.Response);
            return;
        }

        using var clock = new RequestClock(options, time, context.RequestAborted, draining.End);
        try
        {
            using RateLimitLease seat = admission.Arrive();
            if (!seat.IsAcquired)
            {
                await FailAsync(context, Fault.QueueFull, clock);
                return;
            }

            // A slow upload holds no place, in which the engine would be idle.
            IAnswer answer = await RequestBody.ReadAsync(
                context.Request, options.MaxBodyBytes, body => read(body, tenant), clock.Token);
            if (options.LogText)
            {
                answer = new LoggedAnswer(answer, runner.Encoding, logger);
            }

            using RateLimitLease place = await admission.EnterAsync(clock.Token);
            await AnswerAsync(context, answer, tenant, clock);
        }
        catch (Exception failure) when (context.RequestAborted.IsCancellationRequested
            || (failure is OperationCanceledException && clock.Token.IsCancellationRequested))
        {
            await FailAsync(context, clock.Reason, clock);
        }
        catch (Exception failure) when (!context.Response.HasStarted)
        {
            Log(failure);
            await FailAsync(context, Fault.Of(failure), clock);
        }
        finally
        {
            draining.Leave();
        }
    }

    private async Task AnswerAsync(HttpContext context, IAnswer answer, Tenant tenant, RequestClock clock)
    {
        TurnResult result;
        TimeSpan first;
        PipeWriter? body = null;
        try
        {
            await using IAsyncEnumerator<TurnEvent> events = runner.RunAsync(
                answer.Prompt.Conversation, OptionsOf(answer.Prompt, tenant), answer.SessionId, clock.Token)
                .GetAsyncEnumerator(clock.Token);

            // Until the engine has given something, a failure still has a status.
            await events.MoveNextAsync();
            first = clock.Elapsed;
            metrics.Began(first);
            if (answer.Prompt.Stream)
            {
                body = StartStream(context.Response);
                answer.Start(body);
            }

            result = body is null
                ? await CollectAsync(events, answer)
                : await StreamAsync(events, answer, body, clock.Token);
        }
        catch (Exception failure) when (body is not null && !context.RequestAborted.IsCancellationRequested)
        {
            // The engine is free already, whether or not the client reads this.
            await FailStreamAsync(context, answer, body, failure, clock);
            return;
        }

        await (body is null
            ? WriteWholeAsync(context.Response, answer, clock.Token)
            : body.FlushAsync(clock.Token).AsTask());

        metrics.Answered(result, first, clock.Elapsed);
        ServerLog.Answered(
            logger,
            context.Request.Path,
            result.PromptTokens,
            result.CachedPromptTokens,
            result.Completion.Total,
            clock.Elapsed.TotalMilliseconds);
    }

    /// <summary>Sends events as they come. While the client does not read, nothing more is taken from the
    /// engine.</summary>
    private static async Task<TurnResult> StreamAsync(
        IAsyncEnumerator<TurnEvent> events, IAnswer answer, PipeWriter body, CancellationToken cancellationToken)
    {
        while (events.Current.Result is null)
        {
            answer.Push(events.Current.Ids.Span, body);
            ValueTask<bool> next = events.MoveNextAsync();
            try
            {
                // What one chunk of the engine made is sent at once: its last event is the one after which
                // the engine is waited for.
                if (!next.IsCompleted || body.UnflushedBytes > MaxUnflushed)
                {
                    await body.FlushAsync(cancellationToken);
                }
            }
            finally
            {
                await next;
            }
        }

        TurnResult result = events.Current.Result;
        answer.Complete(EndingOf(result), body);
        return result;
    }

    private static async Task<TurnResult> CollectAsync(IAsyncEnumerator<TurnEvent> events, IAnswer answer)
    {
        while (events.Current.Result is null)
        {
            answer.Push(events.Current.Ids.Span, body: null);
            await events.MoveNextAsync();
        }

        answer.Complete(EndingOf(events.Current.Result), body: null);
        return events.Current.Result;
    }

    private static Task WriteWholeAsync(HttpResponse response, IAnswer answer, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>();
        answer.WriteWhole(body);
        response.ContentType = "application/json";
        response.ContentLength = body.WrittenCount;
        return response.Body.WriteAsync(body.WrittenMemory, cancellationToken).AsTask();
    }

    private static PipeWriter StartStream(HttpResponse response)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache";

        // Proxies such as nginx would collect the events otherwise.
        response.Headers["X-Accel-Buffering"] = "no";
        return response.BodyWriter;
    }

    private static TurnEnding EndingOf(TurnResult result) => result.FinishReason == TurnFinishReason.Aborted
        ? throw new TokenGenerationException(TokenGenerationError.Interrupted, "The engine gave up.")
        {
            CompletionTokens = result.Completion.Total,
        }
        : new TurnEnding(
            result.PromptTokens, result.CachedPromptTokens, result.FinishReason == TurnFinishReason.Length);

    private static TurnOptions OptionsOf(HarmonyPrompt prompt, Tenant tenant) => new()
    {
        MaxTokens = prompt.MaxTokens,
        Temperature = prompt.Temperature,
        TopP = prompt.TopP,
        Seed = prompt.Seed,
        StopStrings = prompt.StopStrings,
        RequiredTool = prompt.RequiredTool,
        CacheSalt = tenant.CacheSalt,

        // The answer's writer collects them.
        CollectMessages = false,
    };

    /// <summary>Ends a stream with an error. A client that does not read is cut off.</summary>
    private async Task FailStreamAsync(
        HttpContext context, IAnswer answer, PipeWriter body, Exception failure, RequestClock clock)
    {
        Fault fault = clock.Token.IsCancellationRequested ? clock.Reason! : Fault.Of(failure);
        Log(failure);
        ReportFailed(context, fault, clock);
        using var patience = new CancellationTokenSource(LastEventTimeout, time);
        try
        {
            answer.Fail(fault.Body, body);
            await body.FlushAsync(patience.Token);
        }
        catch (Exception broken)
        {
            // The stream has begun: no other answer is possible.
            Log(broken);
            context.Abort();
        }
    }

    private async Task FailAsync(HttpContext context, Fault? fault, RequestClock clock)
    {
        if (fault is null)
        {
            metrics.Failed("client_left", clock.Elapsed);
            ServerLog.ClientLeft(logger, context.Request.Path, clock.Elapsed.TotalMilliseconds);
            return;
        }

        ReportFailed(context, fault, clock);
        if (context.Response.HasStarted)
        {
            // Half an answer was sent, of which the client does not read the rest.
            context.Abort();
            return;
        }

        await fault.WriteAsync(context.Response);
    }

    private void ReportFailed(HttpContext context, Fault fault, RequestClock clock)
    {
        metrics.Failed(fault.Kind, clock.Elapsed);
        ServerLog.Failed(logger, context.Request.Path, fault.Kind, clock.Elapsed.TotalMilliseconds);
    }

    private void Log(Exception failure)
    {
        switch (failure)
        {
            case TokenGenerationException engine:
                ServerLog.EngineFailed(
                    logger, engine.Error, (int?)engine.StatusCode, engine.CompletionTokens);
                break;
            case OpenAIRequestException or HarmonyRenderException or BadHttpRequestException
                or OperationCanceledException:
                break;
            default:
                ServerLog.Fault(logger, failure.GetType().FullName, failure.StackTrace);
                break;
        }

        // What failed may repeat what it was given.
        if (options.LogText)
        {
            ServerLog.FailureText(logger, failure.Message);
        }
    }
}
