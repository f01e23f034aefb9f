using System.Net;

namespace Harmony.Engines;

/// <summary>An engine refused a request or failed while it served it. The message is the engine's own, and
/// never has text of the prompt from this library.</summary>
public sealed class TokenGenerationException : Exception
{
    /// <summary>Creates an exception.</summary>
    /// <param name="error">What kind of failure it is.</param>
    /// <param name="message">The engine's message.</param>
    /// <param name="innerException">What caused it; null for nothing.</param>
    public TokenGenerationException(
        TokenGenerationError error, string message, Exception? innerException = null)
        : base(message, innerException) => Error = error;

    /// <summary>What kind of failure it is.</summary>
    public TokenGenerationError Error { get; }

    /// <summary>The HTTP status of the server's answer; null if there was none.</summary>
    public HttpStatusCode? StatusCode { get; init; }

    /// <summary>The server's own word for the error, such as <c>exceed_context_size_error</c>; null for
    /// none.</summary>
    public string? ServerErrorType { get; init; }

    /// <summary>How many ids the prompt has; null if the engine did not say.</summary>
    public int? PromptTokens { get; init; }

    /// <summary>How many ids the engine's context has room for; null if the engine did not say.</summary>
    public int? ContextSize { get; init; }

    /// <summary>How many ids of the completion had been given out.</summary>
    public int CompletionTokens { get; init; }

    /// <summary>Whether the same request may succeed later.</summary>
    public bool IsTransient => Error is TokenGenerationError.Overloaded or TokenGenerationError.Unavailable
        or TokenGenerationError.TimedOut or TokenGenerationError.Interrupted;
}
