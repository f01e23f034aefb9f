using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harmony.OpenAI;

/// <summary>
/// A request of Chat Completions. Read one with <see cref="OpenAIJson.ReadChatCompletionRequest"/>. Members
/// that are not listed are ignored. Immutable.
/// </summary>
/// <remarks>Nothing is checked before <see cref="ChatCompletionMapper.ToPrompt"/>: members may be missing,
/// and items of lists null.</remarks>
public sealed class ChatCompletionRequest
{
    /// <summary>The model's name.</summary>
    public string? Model { get; init; }

    /// <summary>The messages, oldest first.</summary>
    public IReadOnlyList<ChatMessage>? Messages { get; init; }

    /// <summary>The functions that the model may call.</summary>
    public IReadOnlyList<ChatTool>? Tools { get; init; }

    /// <summary>Which functions it may or must call.</summary>
    public ToolChoice? ToolChoice { get; init; }

    /// <summary>How long to think: <c>none</c>, <c>minimal</c>, <c>low</c>, <c>medium</c>, <c>high</c> or
    /// <c>xhigh</c>.</summary>
    public string? ReasoningEffort { get; init; }

    /// <summary>The form of the answer.</summary>
    public ChatResponseFormat? ResponseFormat { get; init; }

    /// <summary>The most tokens to sample, reasoning included.</summary>
    public int? MaxCompletionTokens { get; init; }

    /// <summary>The older name of <see cref="MaxCompletionTokens"/>.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>The strings that end the answer: one or several.</summary>
    [JsonConverter(typeof(StopStringsConverter))]
    public IReadOnlyList<string>? Stop { get; init; }

    /// <summary>The temperature, from 0 to 2.</summary>
    public double? Temperature { get; init; }

    /// <summary>The probability mass to sample from.</summary>
    public double? TopP { get; init; }

    /// <summary>The seed of the sampler.</summary>
    public long? Seed { get; init; }

    /// <summary>Whether the answer is a stream of events.</summary>
    public bool? Stream { get; init; }

    /// <summary>What the stream holds.</summary>
    public ChatStreamOptions? StreamOptions { get; init; }

    /// <summary>Whether the answer has the ids of the prompt and of the completion, as vLLM gives
    /// them.</summary>
    public bool? ReturnTokenIds { get; init; }

    /// <summary>How many answers; only 1 is possible.</summary>
    public int? N { get; init; }

    /// <summary>Whether log probabilities are wanted; refused if so.</summary>
    public bool? Logprobs { get; init; }

    /// <summary>The forms of output; only <c>text</c> is possible.</summary>
    public IReadOnlyList<string>? Modalities { get; init; }

    /// <summary>The form of spoken output; refused.</summary>
    public JsonElement? Audio { get; init; }

    /// <summary>A penalty; refused unless it is 0.</summary>
    public double? PresencePenalty { get; init; }

    /// <summary>A penalty; refused unless it is 0.</summary>
    public double? FrequencyPenalty { get; init; }

    /// <summary>Biases of tokens; refused unless there are none.</summary>
    public JsonElement? LogitBias { get; init; }

    /// <summary>The old form of <see cref="Tools"/>; refused.</summary>
    public JsonElement? Functions { get; init; }
}
