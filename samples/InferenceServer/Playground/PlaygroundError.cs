using System.Text.Json.Serialization;

namespace InferenceServer.Playground;

/// <summary>What went wrong: OpenAI's members, and the place in a text that the request holds.</summary>
internal sealed record PlaygroundError
{
    public required string Message { get; init; }

    public string Type { get; init; } = "invalid_request_error";

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Param { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Code { get; init; }

    /// <summary>Where in the text, in bytes of UTF-8.</summary>
    public long? Position { get; init; }

    /// <summary>Where in the JSON that the text is, such as <c>$.messages[2].role</c>.</summary>
    public string? Path { get; init; }

    /// <summary>The message at fault.</summary>
    public int? MessageIndex { get; init; }
}
