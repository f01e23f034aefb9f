using System.Text.Json.Serialization;

namespace Harmony.OpenAI;

/// <summary>Which tools the model may or must call.</summary>
[JsonConverter(typeof(ToolChoiceConverter))]
public sealed class ToolChoice
{
    /// <summary>The model's own choice.</summary>
    public static ToolChoice Auto { get; } = new() { Mode = "auto" };

    /// <summary>The choice: <c>auto</c>, <c>none</c>, <c>required</c> or <c>function</c>. Others are refused
    /// when a prompt is made.</summary>
    public required string Mode { get; init; }

    /// <summary>The function that the model must call, if <see cref="Mode"/> is <c>function</c>.</summary>
    public string? Name { get; init; }
}
