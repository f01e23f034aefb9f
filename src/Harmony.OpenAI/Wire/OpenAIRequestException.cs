namespace Harmony.OpenAI;

/// <summary>A request that is wrong, or that asks for what cannot be done. The answer has status 400 and the
/// body of <see cref="ToResponse"/>.</summary>
public sealed class OpenAIRequestException : Exception
{
    /// <summary>Creates an exception.</summary>
    /// <param name="message">What is wrong, and what to do instead.</param>
    /// <param name="param">The place in the request; null for none.</param>
    /// <param name="code">A word for programs; null for none.</param>
    /// <param name="innerException">The cause; null for none.</param>
    public OpenAIRequestException(
        string message, string? param = null, string? code = null, Exception? innerException = null)
        : base(message, innerException)
    {
        Param = param;
        Code = code;
    }

    /// <summary>The place in the request, such as <c>messages[2].tool_calls[0].function.name</c>; null for
    /// none.</summary>
    public string? Param { get; }

    /// <summary>A word for programs: <c>missing_required_parameter</c>, <c>invalid_type</c>,
    /// <c>invalid_value</c>, <c>unsupported_value</c>, <c>invalid_json</c>,
    /// <c>previous_response_not_found</c>; null for none.</summary>
    public string? Code { get; }

    /// <summary>Creates the body of the answer.</summary>
    public OpenAIErrorResponse ToResponse() => new()
    {
        Error = new OpenAIError
        {
            Message = Message,
            Type = "invalid_request_error",
            Param = Param,
            Code = Code,
        },
    };
}
