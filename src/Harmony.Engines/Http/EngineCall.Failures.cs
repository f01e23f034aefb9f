using System.Text.Json;

namespace Harmony.Engines.Http;

internal sealed partial class EngineCall
{
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromSeconds(10);

    /// <summary>Makes an exception of this library of any failure that is the server's or the
    /// network's.</summary>
    private TokenGenerationException? Translate(Exception failure)
    {
        string server = $"The server at {_client.ServerName}";
        (TokenGenerationError kind, string message)? known = failure switch
        {
            TokenGenerationException own when own.CompletionTokens == _received => null,
            TokenGenerationException own => (own.Error, own.Message),
            OperationCanceledException when _timeout?.IsCancellationRequested == true => (
                TokenGenerationError.TimedOut,
                _received == 0
                    ? $"{server} gave no id within {Options.FirstTokenTimeout}."
                    : $"{server} was silent for {Options.IdleTimeout} after {_received} ids."),
            OperationCanceledException { InnerException: TimeoutException } => (
                TokenGenerationError.TimedOut, $"{server} did not answer within {_client.Http.Timeout}."),
            OperationCanceledException => (TokenGenerationError.Interrupted, $"{server} was cancelled."),
            HttpRequestException when _response is null => (
                TokenGenerationError.Unavailable, $"{server} cannot be reached: {failure.Message}"),
            HttpRequestException or IOException => (
                TokenGenerationError.Interrupted,
                $"{server} broke off after {_received} ids: {failure.Message}"),
            JsonException => (
                TokenGenerationError.InvalidResponse,
                $"{server} sent an event that cannot be read, after {_received} ids: {failure.Message}"),
            _ => null,
        };
        if (known is not (TokenGenerationError error, string text))
        {
            return failure as TokenGenerationException;
        }

        var said = failure as TokenGenerationException;
        return new TokenGenerationException(error, text, failure)
        {
            StatusCode = said?.StatusCode ?? (failure as HttpRequestException)?.StatusCode,
            ServerErrorType = said?.ServerErrorType,
            PromptTokens = said?.PromptTokens,
            ContextSize = said?.ContextSize,
            CompletionTokens = _received,
        };
    }

    /// <summary>Whether the request may be sent again. Sampling has no effects, so it may as long as no id
    /// was given out.</summary>
    private bool MayRetry(TokenGenerationException error) =>
        _received == 0 && _retries < Options.MaxRetries
        && error.Error is TokenGenerationError.Overloaded or TokenGenerationError.Unavailable
            or TokenGenerationError.Interrupted;

    private TimeSpan NextDelay()
    {
        TimeSpan delay = Options.RetryDelay * (1 << Math.Min(_retries, 16));
        _retries++;
        delay = _askedDelay > delay ? _askedDelay.Value : delay;
        return delay < MaxRetryDelay ? delay : MaxRetryDelay;
    }
}
