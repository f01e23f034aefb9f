using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harmony.Core.Json;

/// <summary>Lets System.Text.Json read and write conversations within larger documents. What does not fit is
/// a <see cref="HarmonyJsonException"/>, its path relative to the value.</summary>
public sealed class ConversationJsonConverter : JsonConverter<Conversation>
{
    /// <inheritdoc/>
    public override Conversation Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        return HarmonyJson.ReadConversation(JsonMarshal.GetRawUtf8Value(document.RootElement));
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Conversation value, JsonSerializerOptions options) =>
        HarmonyJson.Write(writer, value);
}

/// <summary>Lets System.Text.Json read and write messages within larger documents. What does not fit is a
/// <see cref="HarmonyJsonException"/>, its path relative to the value.</summary>
public sealed class MessageJsonConverter : JsonConverter<Message>
{
    /// <inheritdoc/>
    public override Message Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        return HarmonyJson.ReadMessage(JsonMarshal.GetRawUtf8Value(document.RootElement));
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Message value, JsonSerializerOptions options) =>
        HarmonyJson.Write(writer, value);
}

/// <summary>Lets System.Text.Json read and write schemas within larger documents. What does not fit is a
/// <see cref="HarmonyJsonException"/>, its path relative to the value.</summary>
public sealed class JsonSchemaConverter : JsonConverter<JsonSchema>
{
    /// <inheritdoc/>
    public override JsonSchema Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        return JsonSchema.FromElement(document.RootElement);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, JsonSchema value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteRawValue(value.SpelledUtf8, skipInputValidation: true);
    }
}
