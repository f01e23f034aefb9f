using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Harmony.Extensions.AI.Values;

/// <summary>Writes arguments and results as compact JSON, as the model reads it: without escapes that only
/// HTML needs.</summary>
internal static class JsonWriting
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the arguments of a call.</summary>
    /// <exception cref="NotSupportedException">The serializer does not know the type of a value.</exception>
    public static string Write(IDictionary<string, object?>? arguments) => Write(
        arguments,
        static (writer, arguments) =>
        {
            writer.WriteStartObject();
            foreach ((string name, object? value) in arguments ?? new Dictionary<string, object?>())
            {
                writer.WritePropertyName(name);
                WriteValue(writer, value);
            }

            writer.WriteEndObject();
        });

    /// <summary>Writes a value.</summary>
    /// <exception cref="NotSupportedException">The serializer does not know the value's type.</exception>
    public static string Write(object? value) => Write(value, WriteValue);

    private static string Write<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        var utf8 = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(utf8, Options))
        {
            write(writer, value);
        }

        return Encoding.UTF8.GetString(utf8.WrittenSpan);
    }

    private static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case JsonElement element:
                element.WriteTo(writer);
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            default:
                JsonSerializer.Serialize(
                    writer, value, AIJsonUtilities.DefaultOptions.GetTypeInfo(value.GetType()));
                break;
        }
    }
}
