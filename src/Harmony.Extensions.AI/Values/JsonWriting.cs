using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;

namespace Harmony.Extensions.AI.Values;

/// <summary>Writes arguments and results as compact JSON, as the model reads it: without escapes that only
/// HTML needs.</summary>
internal static class JsonWriting
{
    // JSON has no such numbers as NaN: they become strings.
    private static readonly JsonSerializerOptions Serializing = new(AIJsonUtilities.DefaultOptions)
    {
        NumberHandling = AIJsonUtilities.DefaultOptions.NumberHandling
            | JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the arguments of a call.</summary>
    /// <exception cref="NotSupportedException">A value cannot be written as JSON.</exception>
    public static string Write(FunctionCallContent call) => Write(
        call.Arguments,
        call.CallId,
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
    /// <param name="value">An argument or the result of a call.</param>
    /// <param name="callId">The call's id, for the exception.</param>
    /// <exception cref="NotSupportedException">The value cannot be written as JSON.</exception>
    public static string Write(object? value, string callId) => Write(value, callId, WriteValue);

    private static string Write<T>(T value, string callId, Action<Utf8JsonWriter, T> write)
    {
        var utf8 = new ArrayBufferWriter<byte>();
        try
        {
            using var writer = new Utf8JsonWriter(utf8, Options);
            write(writer, value);
            writer.Flush();
            return Encoding.UTF8.GetString(utf8.WrittenSpan);
        }
        catch (Exception e) when (e is NotSupportedException or ArgumentException
            or InvalidOperationException or JsonException)
        {
            throw new NotSupportedException(
                $"A value of the call '{callId}' cannot be written as JSON: {e.Message} Use text, or a value "
                + "that JSON has.",
                e);
        }
    }

    private static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case JsonElement element when JsonStrings.AreText(element):
                element.WriteTo(writer);
                break;
            case JsonElement element:
                writer.WriteRawValue(element.GetRawText());
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            default:
                JsonSerializer.Serialize(writer, value, Serializing.GetTypeInfo(value.GetType()));
                break;
        }
    }
}
