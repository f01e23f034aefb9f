using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harmony.OpenAI;

/// <summary>An answer of Responses. Immutable.</summary>
public sealed class Response
{
    /// <summary>The response's id.</summary>
    public required string Id { get; init; }

    /// <summary>Always <c>response</c>.</summary>
    [JsonPropertyName("object")]
    public string Kind { get; init; } = "response";

    /// <summary>When it was begun, in seconds since 1970.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>How far it is: <c>in_progress</c>, <c>completed</c>, <c>incomplete</c> or
    /// <c>failed</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Why it failed; null if it did not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public ResponseError? Error { get; init; }

    /// <summary>Why it is incomplete; null if it is not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public ResponseIncompleteDetails? IncompleteDetails { get; init; }

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>What the model wrote, one item for each of its messages.</summary>
    public required IReadOnlyList<ResponseItem> Output { get; init; }

    /// <summary>What it took; null until it is over.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public ResponseUsage? Usage { get; init; }

    /// <summary>As in the request.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Instructions { get; init; }

    /// <summary>As in the request.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? PreviousResponseId { get; init; }

    /// <summary>As in the request.</summary>
    public bool Store { get; init; }

    /// <summary>As in the request.</summary>
    public IReadOnlyList<ResponseTool> Tools { get; init; } = [];

    /// <summary>As in the request.</summary>
    public ToolChoice ToolChoice { get; init; } = ToolChoice.Auto;

    /// <summary>Always false: Harmony samples one call in a turn.</summary>
    public bool ParallelToolCalls { get; init; }

    /// <summary>As in the request.</summary>
    public ResponseReasoning? Reasoning { get; init; }

    /// <summary>As in the request.</summary>
    public ResponseText? Text { get; init; }

    /// <summary>As in the request.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>As in the request.</summary>
    public double? Temperature { get; init; }

    /// <summary>As in the request.</summary>
    public double? TopP { get; init; }

    /// <summary>As in the request.</summary>
    public JsonElement? Metadata { get; init; }
}
