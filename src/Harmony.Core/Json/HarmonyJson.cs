using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Core.Json;

namespace Harmony.Core;

/// <summary>
/// Conversations and messages as JSON, in the reference's form. Reads what the reference reads and refuses
/// what it refuses, without reflection. What the reference does not know (response formats, schema styles) is
/// a member more, which is left out where it is not used. The types also carry converters, for use within
/// larger documents.
/// </summary>
public static class HarmonyJson
{
    /// <summary>How deep arrays and objects may nest; deeper input is refused.</summary>
    public const int MaxDepth = 256;

    internal static JsonWriterOptions WriterOptions { get; } = new()
    {
        // The JSON is for models and programs, not for the insides of HTML pages.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 2 * MaxDepth,
        SkipValidation = true,
    };

    /// <summary>Reads a conversation.</summary>
    /// <exception cref="HarmonyJsonException">The text is malformed, or describes no
    /// conversation.</exception>
    public static Conversation ReadConversation(string json)
    {
        using SpanOwner<byte> utf8 = Transcode(json, out int length);
        return ReadConversation(utf8.Span[..length]);
    }

    /// <summary>Reads a conversation from UTF-8.</summary>
    /// <exception cref="HarmonyJsonException">The text is malformed, or describes no
    /// conversation.</exception>
    public static Conversation ReadConversation(ReadOnlySpan<byte> utf8Json)
    {
        var reader = new ModelReader(utf8Json);
        return reader.ReadWhole(static (ref model) => model.ReadConversation());
    }

    /// <summary>Reads a conversation from a stream of UTF-8, to its end.</summary>
    /// <exception cref="HarmonyJsonException">The text is malformed, or describes no
    /// conversation.</exception>
    public static Conversation ReadConversation(Stream utf8Json)
    {
        using var buffer = new ArrayPoolBufferWriter<byte>();
        int read;
        while ((read = ReadSome(utf8Json, buffer.GetSpan(4096))) > 0)
        {
            buffer.Advance(read);
        }

        return ReadConversation(buffer.WrittenSpan);
    }

    /// <summary>Reads a conversation from a stream of UTF-8, to its end.</summary>
    /// <exception cref="HarmonyJsonException">The text is malformed, or describes no
    /// conversation.</exception>
    public static async ValueTask<Conversation> ReadConversationAsync(
        Stream utf8Json, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(utf8Json);
        using var buffer = new ArrayPoolBufferWriter<byte>();
        int read;
        while ((read = await utf8Json.ReadAsync(buffer.GetMemory(4096), ct).ConfigureAwait(false)) > 0)
        {
            buffer.Advance(read);
        }

        return ReadConversation(buffer.WrittenSpan);
    }

    /// <summary>Reads a message.</summary>
    /// <exception cref="HarmonyJsonException">The text is malformed, or describes no message.</exception>
    public static Message ReadMessage(string json)
    {
        using SpanOwner<byte> utf8 = Transcode(json, out int length);
        return ReadMessage(utf8.Span[..length]);
    }

    /// <summary>Reads a message from UTF-8.</summary>
    /// <exception cref="HarmonyJsonException">The text is malformed, or describes no message.</exception>
    public static Message ReadMessage(ReadOnlySpan<byte> utf8Json)
    {
        var reader = new ModelReader(utf8Json);
        return reader.ReadWhole(static (ref model) => model.ReadMessage());
    }

    /// <summary>Writes a conversation as UTF-8 into a buffer writer.</summary>
    public static void Write(IBufferWriter<byte> utf8Json, Conversation conversation)
    {
        using var writer = new Utf8JsonWriter(utf8Json, WriterOptions);
        Write(writer, conversation);
    }

    /// <summary>Writes a message as UTF-8 into a buffer writer.</summary>
    public static void Write(IBufferWriter<byte> utf8Json, Message message)
    {
        using var writer = new Utf8JsonWriter(utf8Json, WriterOptions);
        Write(writer, message);
    }

    /// <summary>Writes a conversation.</summary>
    public static void Write(Utf8JsonWriter writer, Conversation conversation)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(conversation);
        ModelWriter.Write(writer, conversation);
    }

    /// <summary>Writes a message.</summary>
    public static void Write(Utf8JsonWriter writer, Message message)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(message);
        ModelWriter.Write(writer, message);
    }

    /// <summary>Writes a tool namespace.</summary>
    public static void Write(Utf8JsonWriter writer, ToolNamespace tools)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(tools);
        ModelWriter.Write(writer, tools);
    }

    /// <summary>A conversation as JSON.</summary>
    public static string ToJson(this Conversation conversation)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        using var buffer = new ArrayPoolBufferWriter<byte>();
        Write(buffer, conversation);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>A message as JSON.</summary>
    public static string ToJson(this Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        using var buffer = new ArrayPoolBufferWriter<byte>();
        Write(buffer, message);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static SpanOwner<byte> Transcode(string json, out int length)
    {
        ArgumentNullException.ThrowIfNull(json);
        SpanOwner<byte> utf8 = SpanOwner<byte>.Allocate(Encoding.UTF8.GetMaxByteCount(json.Length));
        length = Encoding.UTF8.GetBytes(json, utf8.Span);
        return utf8;
    }

    private static int ReadSome(Stream stream, Span<byte> utf8)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return stream.Read(utf8);
    }
}
