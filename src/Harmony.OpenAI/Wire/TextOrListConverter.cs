using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Harmony.OpenAI;

/// <summary>Reads a member that is a text or a list; a text is a list of one.</summary>
internal abstract class TextOrListConverter<T> : JsonConverter<IReadOnlyList<T>>
{
    public override IReadOnlyList<T> Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return [FromText(reader.GetString()!)];
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException();
        }

        try
        {
            return JsonSerializer.Deserialize(ref reader, TypeInfo(options))!;
        }
        catch (JsonException inner)
        {
            // The serializer adds the path up to here to an exception without one; OpenAIJson joins both.
            throw new JsonException(message: null, inner);
        }
    }

    public override void Write(
        Utf8JsonWriter writer, IReadOnlyList<T> value, JsonSerializerOptions options)
    {
        if (value is [T only] && ToText(only) is string text)
        {
            writer.WriteStringValue(text);
        }
        else
        {
            JsonSerializer.Serialize(writer, value as List<T> ?? [.. value], TypeInfo(options));
        }
    }

    protected abstract T FromText(string text);

    /// <summary>The text that an item is written as, if it is alone; null to write a list.</summary>
    protected abstract string? ToText(T item);

    private static JsonTypeInfo<List<T>> TypeInfo(JsonSerializerOptions options) =>
        (JsonTypeInfo<List<T>>)options.GetTypeInfo(typeof(List<T>));
}
