using Harmony.Core;
using Harmony.Engines;
using Harmony.OpenAI;
using InferenceServer.Routing;

namespace InferenceServer.Serving;

/// <summary>What a client is told when a request fails. docs/scale.md has the faults as a table.</summary>
/// <param name="Status">The HTTP status; of no use in a stream that has begun.</param>
/// <param name="Body">The body, or the event.</param>
/// <param name="Kind">A word for logs and meters.</param>
internal sealed record Fault(int Status, OpenAIErrorResponse Body, string Kind)
{
    private const string RetrySeconds = "1";

    public static Fault QueueFull { get; } = Make(
        StatusCodes.Status429TooManyRequests, "rate_limit_error", "queue_full", "Too many requests wait. Try again.");

    public static Fault Stopping { get; } = Make(
        StatusCodes.Status503ServiceUnavailable, "server_error", "stopping", "The server stops. Try again.");

    public static Fault TimedOut { get; } = Make(
        StatusCodes.Status504GatewayTimeout, "server_error", "timeout", "The request took too long.");

    public static Fault NoKey { get; } = Make(
        StatusCodes.Status401Unauthorized,
        "invalid_request_error",
        "invalid_api_key",
        "A key is needed: send it as 'Authorization: Bearer KEY'.");

    public static Fault NoRoute { get; } = Make(
        StatusCodes.Status404NotFound, "invalid_request_error", "unknown_url", "There is nothing at this address.");

    public static Fault NoModel { get; } = Make(
        StatusCodes.Status404NotFound, "invalid_request_error", "model_not_found", "There is no such model.");

    private static Fault TooLarge { get; } = Make(
        StatusCodes.Status413PayloadTooLarge,
        "invalid_request_error",
        "request_too_large",
        "The body is longer than this server takes.");

    private static Fault EngineFailed { get; } = Make(
        StatusCodes.Status502BadGateway, "server_error", "engine_failed", "The engine failed.");

    private static Fault Internal { get; } = Make(
        StatusCodes.Status500InternalServerError, "server_error", "internal_error", "The server failed.");

    /// <summary>Says what an exception is to a client. What an engine says is repeated only where it is about
    /// the request; addresses of engines are not the client's business.</summary>
    public static Fault Of(Exception failure) => failure switch
    {
        OpenAIRequestException refusal => new Fault(
            StatusCodes.Status400BadRequest, refusal.ToResponse(), refusal.Code ?? "invalid_request"),
        HarmonyRenderException refusal => Make(
            StatusCodes.Status400BadRequest, "invalid_request_error", "invalid_value", refusal.Message),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge,
        BadHttpRequestException broken => Make(
            broken.StatusCode, "invalid_request_error", "bad_request", "The request cannot be read."),
        TokenGenerationException engine when EngineFailure.IsOfSetup(engine) => EngineFailed,
        TokenGenerationException engine => OfEngine(engine),
        _ => Internal,
    };

    /// <summary>Answers with the fault. Nothing was sent yet.</summary>
    public Task WriteAsync(HttpResponse response)
    {
        byte[] body = OpenAIJson.ToUtf8(Body);
        response.StatusCode = Status;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        if (Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
        {
            response.Headers.RetryAfter = RetrySeconds;
        }

        return response.Body.WriteAsync(body).AsTask();
    }

    private static Fault OfEngine(TokenGenerationException engine) => engine.Error switch
    {
        TokenGenerationError.ContextLengthExceeded => Make(
            StatusCodes.Status400BadRequest, "invalid_request_error", "context_length_exceeded", engine.Message),
        TokenGenerationError.InvalidRequest => Make(
            StatusCodes.Status400BadRequest, "invalid_request_error", "invalid_request", engine.Message),
        TokenGenerationError.Overloaded => Make(
            StatusCodes.Status503ServiceUnavailable,
            "server_error",
            "engine_overloaded",
            "The engine is busy. Try again."),
        TokenGenerationError.TimedOut => Make(
            StatusCodes.Status504GatewayTimeout, "server_error", "engine_timeout", "The engine took too long."),
        TokenGenerationError.Unavailable => Make(
            StatusCodes.Status502BadGateway, "server_error", "engine_unavailable", "The engine cannot be reached."),
        _ => EngineFailed,
    };

    private static Fault Make(int status, string type, string code, string message) => new(
        status,
        new OpenAIErrorResponse { Error = new OpenAIError { Message = message, Type = type, Code = code } },
        code);
}
