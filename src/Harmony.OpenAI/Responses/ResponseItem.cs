using System.Text.Json.Serialization;

namespace Harmony.OpenAI;

/// <summary>An item of a response's input or output: a message, reasoning, a call or a call's result.
/// Immutable.</summary>
public sealed class ResponseItem
{
    /// <summary>The kind: <c>message</c>, which null stands for, <c>reasoning</c>, <c>function_call</c> or
    /// <c>function_call_output</c>.</summary>
    public string? Type { get; init; }

    /// <summary>The item's id.</summary>
    public string? Id { get; init; }

    /// <summary>How far it is: <c>in_progress</c>, <c>completed</c> or <c>incomplete</c>.</summary>
    public string? Status { get; init; }

    /// <summary>Who wrote a message.</summary>
    public string? Role { get; init; }

    /// <summary>A summary of reasoning; always empty in output.</summary>
    public IReadOnlyList<ContentPart>? Summary { get; init; }

    /// <summary>The content of a message or of reasoning: a string or parts.</summary>
    [JsonConverter(typeof(ContentPartsConverter))]
    public IReadOnlyList<ContentPart>? Content { get; init; }

    /// <summary>The id of a call, also in its result.</summary>
    public string? CallId { get; init; }

    /// <summary>The function of a call.</summary>
    public string? Name { get; init; }

    /// <summary>The arguments of a call, as the model wrote them: JSON in most cases.</summary>
    public string? Arguments { get; init; }

    /// <summary>The result of a call: a string or parts.</summary>
    [JsonConverter(typeof(ContentPartsConverter))]
    public IReadOnlyList<ContentPart>? Output { get; init; }
}
