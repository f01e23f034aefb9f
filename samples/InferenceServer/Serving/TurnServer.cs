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

/// <summary>Serves requests that sample: lets them in, runs the turn, sends the answer. Thread-safe.</summary>
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

    /// <summary>Serves a request.</summary>
    /// <param name="context">The request and its response.</param>
    /// <param name="tenant">Who asks.</param>
    /// <param name="read">Reads the body. Its exceptions are refusals.</param>
    public async Task ServeAsync(HttpContext context, Tenant tenant, ReadAnswer read)
    {
        if (!draining.TryEnter())
        {
            await Fault.Stopping.WriteAsync(context.Response);
            return;
        }

        using var clock = new RequestClock(options, time, context.RequestAborted, draining.End);
        try
        {
            using RateLimitLease place = await admission.EnterAsync(clock.Token);
            if (!place.IsAcquired)
            {
                await FailAsync(context, Fault.QueueFull, clock);
                return;
            }

            IAnswer answer = await RequestBody.ReadAsync(
                context.Request, body => read(body, tenant), clock.Token);
            await AnswerAsync(context, answer, tenant, clock);
        }
        catch (OperationCanceledException) when (clock.Token.IsCancellationRequested)
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
        await using IAsyncEnumerator<TurnEvent> events = runner.RunAsync(
            answer.Prompt.Conversation, OptionsOf(answer.Prompt, tenant), answer.SessionId, clock.Token)
            .GetAsyncEnumerator(clock.Token);

        // Until the engine has given something, a failure still has a status.
        await events.MoveNextAsync();
        TimeSpan first = clock.Elapsed;
        metrics.Began(first);
        TurnResult result;
        if (answer.Prompt.Stream)
        {
            PipeWriter body = StartStream(context.Response);
            answer.Start(body);
            try
            {
                result = await StreamAsync(events, answer, body, clock.Token);
            }
            catch (Exception failure) when (!context.RequestAborted.IsCancellationRequested)
            {
                Fault fault = clock.Token.IsCancellationRequested ? clock.Reason! : Fault.Of(failure);
                Log(failure);
                ReportFailed(context, fault, clock);
                answer.Fail(fault.Body, body);
                await body.FlushAsync(context.RequestAborted);
                return;
            }
        }
        else
        {
            result = await CollectAsync(events, answer);
            var body = new ArrayBufferWriter<byte>();
            answer.WriteWhole(body);
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = body.WrittenCount;
            await context.Response.Body.WriteAsync(body.WrittenMemory, clock.Token);
        }

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
        await body.FlushAsync(cancellationToken);
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

    private static PipeWriter StartStream(HttpResponse response)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache";

        // Proxies such as nginx would collect the events otherwise.
        response.Headers["X-Accel-Buffering"] = "no";
        return response.BodyWriter;
    }

    private static TurnEnding EndingOf(TurnResult result) => new(
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

    private async Task FailAsync(HttpContext context, Fault? fault, RequestClock clock)
    {
        if (fault is null)
        {
            metrics.Failed("client_left", clock.Elapsed);
            ServerLog.ClientLeft(logger, context.Request.Path, clock.Elapsed.TotalMilliseconds);
            return;
        }

        ReportFailed(context, fault, clock);
        if (!context.Response.HasStarted)
        {
            await fault.WriteAsync(context.Response);
        }
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
            case OpenAIRequestException or HarmonyRenderException or BadHttpRequestException:
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
