namespace Harmony.OpenAI;

/// <summary>The body of a response that tells of an error; also an event of a stream that fails.</summary>
public sealed class OpenAIErrorResponse
{
    /// <summary>What went wrong.</summary>
    public required OpenAIError Error { get; init; }

    /// <summary>Creates the body for an error that is not the client's, for status 500 or 503.</summary>
    /// <param name="message">What went wrong, for people. It goes to the client: no secrets.</param>
    public static OpenAIErrorResponse ServerError(string message) =>
        new() { Error = new OpenAIError { Message = message, Type = "server_error" } };
}
