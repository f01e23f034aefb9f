using System.Text.Json;

namespace Harmony.OpenAI;

/// <summary>A part of a message's content. A content that is a string is one part of type
/// <c>text</c>.</summary>
public sealed class ContentPart
{
    /// <summary>The kind: <c>text</c> or <c>refusal</c> in Chat Completions; <c>input_text</c>,
    /// <c>output_text</c>, <c>reasoning_text</c>, <c>summary_text</c> or <c>refusal</c> in Responses. Other
    /// kinds are refused when a prompt is made.</summary>
    public string? Type { get; init; }

    /// <summary>The text.</summary>
    public string? Text { get; init; }

    /// <summary>The text of a refusal.</summary>
    public string? Refusal { get; init; }

    /// <summary>Always empty, in an <c>output_text</c> that is written.</summary>
    public IReadOnlyList<JsonElement>? Annotations { get; init; }

    /// <summary>Always empty, in an <c>output_text</c> that is written.</summary>
    public IReadOnlyList<JsonElement>? Logprobs { get; init; }

    internal static ContentPart OfText(string text) => new() { Type = "text", Text = text };

    internal static ContentPart Output(string text) =>
        new() { Type = "output_text", Text = text, Annotations = [], Logprobs = [] };

    internal static ContentPart Reasoning(string text) => new() { Type = "reasoning_text", Text = text };
}
