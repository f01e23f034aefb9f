using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Harmony.OpenAI.Mapping;

namespace Harmony.OpenAI;

/// <summary>Reads requests and writes answers as JSON, without reflection: trimmed and compiled applications
/// work. Thread-safe.</summary>
public static class OpenAIJson
{
    /// <summary>The options that know all types of this library, and no others: names in snake case, null is
    /// left out. For ASP.NET Core, put its resolver into the application's own options.</summary>
    public static JsonSerializerOptions Options { get; } = MakeOptions();

    /// <summary>Reads a request of Chat Completions.</summary>
    /// <param name="utf8Json">The body.</param>
    /// <exception cref="OpenAIRequestException">The body is no JSON, or a member has a wrong
    /// type.</exception>
    public static ChatCompletionRequest ReadChatCompletionRequest(ReadOnlySpan<byte> utf8Json) =>
        Read<ChatCompletionRequest>(utf8Json);

    /// <summary>Reads a request of Responses.</summary>
    /// <param name="utf8Json">The body.</param>
    /// <exception cref="OpenAIRequestException">The body is no JSON, or a member has a wrong
    /// type.</exception>
    public static ResponseRequest ReadResponseRequest(ReadOnlySpan<byte> utf8Json) =>
        Read<ResponseRequest>(utf8Json);

    /// <summary>Writes an answer, a chunk, an event or an error.</summary>
    /// <param name="value">What to write.</param>
    /// <param name="writer">Takes the UTF-8.</param>
    /// <exception cref="NotSupportedException">The type is not one of this library.</exception>
    public static void Write<T>(T value, IBufferWriter<byte> writer)
    {
        using var json = new Utf8JsonWriter(writer, new JsonWriterOptions { Encoder = Options.Encoder });
        JsonSerializer.Serialize(json, value, TypeInfo<T>());
    }

    /// <summary>Writes an answer, a chunk, an event or an error as UTF-8 in a new array.</summary>
    /// <exception cref="NotSupportedException">The type is not one of this library.</exception>
    public static byte[] ToUtf8<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, TypeInfo<T>());

    private static T Read<T>(ReadOnlySpan<byte> utf8Json)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(utf8Json, TypeInfo<T>())
                ?? throw Refusals.NoObject(inner: null);
        }
        catch (JsonException error)
        {
            throw Refusals.Unreadable(error, utf8Json);
        }
    }

    private static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    private static JsonSerializerOptions MakeOptions()
    {
        var options = new JsonSerializerOptions(OpenAIJsonContext.Default.Options)
        {
            TypeInfoResolver = OpenAIJsonContext.Default,
            MaxDepth = Refusals.MaxDepth,
            // Bodies are not HTML: letters of all scripts stay as they are.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.MakeReadOnly();
        return options;
    }
}
