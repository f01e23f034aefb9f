using System.Text.Json.Serialization;

namespace Harmony.OpenAI;

/// <summary>A part of an answer of Chat Completions that streams. Immutable.</summary>
public sealed class ChatCompletionChunk
{
    /// <summary>The answer's id, the same in all chunks.</summary>
    public required string Id { get; init; }

    /// <summary>Always <c>chat.completion.chunk</c>.</summary>
    [JsonPropertyName("object")]
    public string Kind { get; init; } = "chat.completion.chunk";

    /// <summary>When the answer was begun, in seconds since 1970.</summary>
    public required long Created { get; init; }

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>What is new; empty in the chunk that has the usage.</summary>
    public required IReadOnlyList<ChatChunkChoice> Choices { get; init; }

    /// <summary>What the answer took; only in the last chunk, if it was asked for.</summary>
    public ChatUsage? Usage { get; init; }

    /// <summary>The prompt's ids; in the first chunk, if they were asked for.</summary>
    public IReadOnlyList<int>? PromptTokenIds { get; init; }
}
