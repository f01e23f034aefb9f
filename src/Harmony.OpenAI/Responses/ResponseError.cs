namespace Harmony.OpenAI;

/// <summary>Why a response failed. Immutable.</summary>
public sealed class ResponseError
{
    /// <summary>A word for programs: <c>server_error</c>.</summary>
    public required string Code { get; init; }

    /// <summary>What went wrong, for people.</summary>
    public required string Message { get; init; }
}
