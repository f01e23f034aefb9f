using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harmony.OpenAI;

/// <summary>A request of Responses. Read one with <see cref="OpenAIJson.ReadResponseRequest"/>. Members that
/// are not listed are ignored. Immutable.</summary>
/// <remarks>Nothing is checked before <see cref="ResponseMapper.ToPrompt"/>: members may be missing, and
/// items of lists null.</remarks>
public sealed class ResponseRequest
{
    /// <summary>The model's name.</summary>
    public string? Model { get; init; }

    /// <summary>The input: a string, which is a user's message, or items.</summary>
    [JsonConverter(typeof(ResponseInputConverter))]
    public IReadOnlyList<ResponseItem>? Input { get; init; }

    /// <summary>Instructions for this response alone.</summary>
    public string? Instructions { get; init; }

    /// <summary>The stored response that the input goes on from.</summary>
    public string? PreviousResponseId { get; init; }

    /// <summary>Whether to store the response; yes if it is missing.</summary>
    public bool? Store { get; init; }

    /// <summary>The functions that the model may call.</summary>
    public IReadOnlyList<ResponseTool>? Tools { get; init; }

    /// <summary>Which functions it may or must call.</summary>
    public ToolChoice? ToolChoice { get; init; }

    /// <summary>How to think.</summary>
    public ResponseReasoning? Reasoning { get; init; }

    /// <summary>The form of the answer.</summary>
    public ResponseText? Text { get; init; }

    /// <summary>The most tokens to sample, reasoning included.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>The temperature, from 0 to 2.</summary>
    public double? Temperature { get; init; }

    /// <summary>The probability mass to sample from.</summary>
    public double? TopP { get; init; }

    /// <summary>Whether the answer is a stream of events.</summary>
    public bool? Stream { get; init; }

    /// <summary>Pairs of the client, which the response repeats.</summary>
    public JsonElement? Metadata { get; init; }

    /// <summary>Whether to answer at once and work later; refused if so.</summary>
    public bool? Background { get; init; }

    /// <summary>A conversation that the service holds; refused.</summary>
    public JsonElement? Conversation { get; init; }

    /// <summary>A prompt that the service holds; refused.</summary>
    public JsonElement? Prompt { get; init; }

    /// <summary>How many log probabilities are wanted; refused unless 0.</summary>
    public int? TopLogprobs { get; init; }
}
