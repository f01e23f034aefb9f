using System.Text.Json.Serialization;

namespace Harmony.OpenAI;

/// <summary>What went wrong, in OpenAI's words.</summary>
public sealed class OpenAIError
{
    /// <summary>What went wrong, for people.</summary>
    public required string Message { get; init; }

    /// <summary>The kind, such as <c>invalid_request_error</c> or <c>server_error</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The place in the request, such as <c>messages[2].content</c>; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Param { get; init; }

    /// <summary>A word for programs, such as <c>unsupported_value</c>; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Code { get; init; }
}
