using System.Text.Json;
using Harmony.Core;

namespace Harmony.OpenAI.Mapping;

/// <summary>The form that a request wants for its answer.</summary>
internal sealed record AnswerFormat(bool IsJson, ResponseFormat? Schema)
{
    /// <summary>What a prompt says if any JSON object will do.</summary>
    public const string JsonInstruction = "Answer with one JSON object and nothing else.";

    private static readonly AnswerFormat Text = new(false, null);

    /// <summary>Reads a form.</summary>
    /// <param name="type">Its kind; null for text.</param>
    /// <param name="path">The place of the kind.</param>
    /// <param name="schemaPath">The place of the schema's object.</param>
    /// <param name="name">The schema's name.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="schema">The schema.</param>
    public static AnswerFormat Read(
        string? type,
        string path,
        string schemaPath,
        string? name,
        string? description,
        JsonElement? schema) => type switch
        {
            null or "text" => Text,
            "json_object" => new AnswerFormat(true, null),
            "json_schema" => new AnswerFormat(true, new ResponseFormat(
                string.IsNullOrWhiteSpace(name) ? throw Refusals.Missing($"{schemaPath}.name") : name,
                Schemas.Read(
                    schema ?? throw Refusals.Missing($"{schemaPath}.schema"), $"{schemaPath}.schema"),
                description)),
            _ => throw Refusals.Unsupported(path, "use 'text', 'json_object' or 'json_schema'."),
        };
}
