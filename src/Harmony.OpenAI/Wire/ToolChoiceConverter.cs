using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harmony.OpenAI;

/// <summary>Reads a tool choice: a word, or an object that names a function as Chat Completions or as
/// Responses does. Writes it as Responses does.</summary>
internal sealed class ToolChoiceConverter : JsonConverter<ToolChoice>
{
    public override ToolChoice Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new ToolChoice { Mode = reader.GetString()! };
        }

        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        JsonElement choice = document.RootElement;
        if (choice.ValueKind != JsonValueKind.Object || Text(choice, "type") is not string type)
        {
            throw new JsonException();
        }

        string? name = choice.TryGetProperty("function", out JsonElement function)
            && function.ValueKind == JsonValueKind.Object
            ? Text(function, "name")
            : Text(choice, "name");
        return new ToolChoice { Mode = type, Name = name };
    }

    public override void Write(Utf8JsonWriter writer, ToolChoice value, JsonSerializerOptions options)
    {
        if (value.Name is null)
        {
            writer.WriteStringValue(value.Mode);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("type", value.Mode);
        writer.WriteString("name", value.Name);
        writer.WriteEndObject();
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.String
            ? member.GetString()
            : null;
}
