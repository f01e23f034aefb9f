using System.Text.Json;

namespace Harmony.OpenAI;

/// <summary>An event of a response that streams. Which members it has depends on <see cref="Type"/>, as
/// OpenAI documents it. Immutable.</summary>
public sealed class ResponseStreamEvent
{
    /// <summary>What it tells, such as <c>response.output_text.delta</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The event's number, from 0.</summary>
    public required int SequenceNumber { get; init; }

    /// <summary>The response so far.</summary>
    public Response? Response { get; init; }

    /// <summary>The item's place in the output.</summary>
    public int? OutputIndex { get; init; }

    /// <summary>The item as it is now.</summary>
    public ResponseItem? Item { get; init; }

    /// <summary>The item's id.</summary>
    public string? ItemId { get; init; }

    /// <summary>The part's place in the item's content.</summary>
    public int? ContentIndex { get; init; }

    /// <summary>The part as it is now.</summary>
    public ContentPart? Part { get; init; }

    /// <summary>New text.</summary>
    public string? Delta { get; init; }

    /// <summary>The part's whole text.</summary>
    public string? Text { get; init; }

    /// <summary>The function of a call.</summary>
    public string? Name { get; init; }

    /// <summary>The whole arguments of a call.</summary>
    public string? Arguments { get; init; }

    /// <summary>Always empty, where OpenAI has it.</summary>
    public IReadOnlyList<JsonElement>? Logprobs { get; init; }
}
