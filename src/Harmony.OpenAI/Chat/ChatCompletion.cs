using System.Text.Json.Serialization;

namespace Harmony.OpenAI;

/// <summary>An answer of Chat Completions. Immutable.</summary>
public sealed class ChatCompletion
{
    /// <summary>The answer's id.</summary>
    public required string Id { get; init; }

    /// <summary>Always <c>chat.completion</c>.</summary>
    [JsonPropertyName("object")]
    public string Kind { get; init; } = "chat.completion";

    /// <summary>When it was begun, in seconds since 1970.</summary>
    public required long Created { get; init; }

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The answer: always one.</summary>
    public required IReadOnlyList<ChatChoice> Choices { get; init; }

    /// <summary>What it took.</summary>
    public ChatUsage? Usage { get; init; }

    /// <summary>The prompt's ids; null unless they were asked for.</summary>
    public IReadOnlyList<int>? PromptTokenIds { get; init; }
}
