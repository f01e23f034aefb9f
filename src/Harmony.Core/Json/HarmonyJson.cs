using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Core.Json;

namespace Harmony.Core;

/// <summary>
/// Conversations and messages as JSON, in the reference's form. Reads what the reference reads and refuses
/// what it refuses, without reflection. Features that the reference lacks (response formats, schema styles,
/// sampled ids) are members of their own, left out where they are not used. The types of the model also carry
/// a converter, for use with System.Text.Json.
/// </summary>
public static class HarmonyJson
{
    /// <summary>How deep arrays and objects of a schema may nest; deeper ones are refused.</summary>
    public const int MaxDepth = 256;

    internal static JsonWriterOptions WriterOptions { get; } = new()
    {
        // The JSON is for models and programs, not for the insides of HTML pages.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 2 * MaxDepth,
        SkipValidation = true,
    };

    /// <summary>Reads a conversation.</summary>
    /// <param name="json">The JSON.</param>
    /// <param name="options">How; null for <see cref="HarmonyJsonOptions.Default"/>.</param>
    /// <exception cref="HarmonyJsonException">The text is malformed, or describes no
    /// conversation.</exception>
    public static Conversation ReadConversation(string json, HarmonyJsonOptions? options = null)
    {
        using SpanOwner<byte> utf8 = Transcode(json, out int length);
        return ReadConversation(utf8.Span[..length], options);
    }

    /// <summary>Reads a conversation from UTF-8.</summary>
    /// <param name="utf8Json">The JSON.</param>
    /// <param name="options">How; null for <see cref="HarmonyJsonOptions.Default"/>.</param>
    /// <exception cref="HarmonyJsonException">The text is malformed, or describes no
    /// conversation.</exception>
    public static Conversation ReadConversation(
        ReadOnlySpan<byte> utf8Json, HarmonyJsonOptions? options = null)
    {
        var reader = new ModelReader(utf8Json, options ?? HarmonyJsonOptions.Default);
        return reader.ReadWhole(static (ref model) => model.ReadConversation());
    }

    /// <summary>Reads a conversation from a stream of UTF-8, to its end.</summary>
    /// <param name="utf8Json">The JSON.</param>
    /// <param name="options">How; null for <see cref="HarmonyJsonOptions.Default"/>.</param>
    /// <exception cref="HarmonyJsonException">The text is malformed, or describes no
    /// conversation.</exception>
    public static Conversation ReadConversation(Stream utf8Json, HarmonyJsonOptions? options = null)
    {
        using var buffer = new ArrayPoolBufferWriter<byte>();
        int read;
        while ((read = ReadSome(utf8Json, buffer.GetSpan(4096))) > 0)
        {
            buffer.Advance(read);
        }

        return ReadConversation(buffer.WrittenSpan, options);
    }

    /// <summary>Reads a conversation from a stream of UTF-8, to its end.</summary>
    /// <param name="utf8Json">The JSON.</param>
    /// <param name="options">How; null for <see cref="HarmonyJsonOptions.Default"/>.</param>
    /// <param name="ct">Cancels the reading of the stream.</param>
    /// <exception cref="HarmonyJsonException">The text is malformed, or describes no
    /// conversation.</exception>
    public static async ValueTask<Conversation> ReadConversationAsync(
        Stream utf8Json, HarmonyJsonOptions? options = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(utf8Json);
        using var buffer = new ArrayPoolBufferWriter<byte>();
        int read;
        while ((read = await utf8Json.ReadAsync(buffer.GetMemory(4096), ct).ConfigureAwait(false)) > 0)
        {
            buffer.Advance(read);
        }

        return ReadConversation(buffer.WrittenSpan, options);
    }

    /// <summary>Reads a message.</summary>
    /// <param name="json">The JSON.</param>
    /// <param name="options">How; null for <see cref="HarmonyJsonOptions.Default"/>.</param>
    /// <exception cref="HarmonyJsonException">The text is malformed, or describes no message.</exception>
    public static Message ReadMessage(string json, HarmonyJsonOptions? options = null)
    {
        using SpanOwner<byte> utf8 = Transcode(json, out int length);
        return ReadMessage(utf8.Span[..length], options);
    }

    /// <summary>Reads a message from UTF-8.</summary>
    /// <param name="utf8Json">The JSON.</param>
    /// <param name="options">How; null for <see cref="HarmonyJsonOptions.Default"/>.</param>
    /// <exception cref="HarmonyJsonException">The text is malformed, or describes no message.</exception>
    public static Message ReadMessage(ReadOnlySpan<byte> utf8Json, HarmonyJsonOptions? options = null)
    {
        var reader = new ModelReader(utf8Json, options ?? HarmonyJsonOptions.Default);
        return reader.ReadWhole(static (ref model) => model.ReadMessage());
    }

    /// <summary>Reads tool namespaces from UTF-8: the object that a content has as its
    /// <c>tools</c>.</summary>
    /// <param name="utf8Json">The JSON.</param>
    /// <param name="options">How; null for <see cref="HarmonyJsonOptions.Default"/>.</param>
    /// <exception cref="HarmonyJsonException">The text is malformed, or describes no tools.</exception>
    public static ToolNamespaceCollection ReadTools(
        ReadOnlySpan<byte> utf8Json, HarmonyJsonOptions? options = null)
    {
        var reader = new ModelReader(utf8Json, options ?? HarmonyJsonOptions.Default);
        return reader.ReadWhole(static (ref model) => model.ReadNamespaces());
    }

    /// <summary>Writes a conversation as UTF-8 into a buffer writer.</summary>
    /// <exception cref="HarmonyJsonException">A text has a lone surrogate, which JSON cannot hold.</exception>
    public static void Write(
        IBufferWriter<byte> utf8Json, Conversation conversation, HarmonyJsonOptions? options = null)
    {
        using var writer = new Utf8JsonWriter(utf8Json, WriterOptions);
        Write(writer, conversation, options);
    }

    /// <summary>Writes a message as UTF-8 into a buffer writer.</summary>
    /// <exception cref="HarmonyJsonException">A text has a lone surrogate, which JSON cannot hold.</exception>
    public static void Write(
        IBufferWriter<byte> utf8Json, Message message, HarmonyJsonOptions? options = null)
    {
        using var writer = new Utf8JsonWriter(utf8Json, WriterOptions);
        Write(writer, message, options);
    }

    /// <summary>Writes a conversation.</summary>
    /// <exception cref="HarmonyJsonException">A text has a lone surrogate, which JSON cannot hold.</exception>
    public static void Write(
        Utf8JsonWriter writer, Conversation conversation, HarmonyJsonOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(conversation);
        new ModelWriter(writer, options ?? HarmonyJsonOptions.Default).Write(conversation);
    }

    /// <summary>Writes a message.</summary>
    /// <exception cref="HarmonyJsonException">A text has a lone surrogate, which JSON cannot hold.</exception>
    public static void Write(Utf8JsonWriter writer, Message message, HarmonyJsonOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(message);
        new ModelWriter(writer, options ?? HarmonyJsonOptions.Default).Write(message);
    }

    /// <summary>Writes a tool namespace.</summary>
    /// <exception cref="HarmonyJsonException">A text has a lone surrogate, which JSON cannot hold.</exception>
    public static void Write(Utf8JsonWriter writer, ToolNamespace tools)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(tools);
        new ModelWriter(writer, HarmonyJsonOptions.Default).Write(tools);
    }

    /// <summary>A conversation as JSON.</summary>
    /// <exception cref="HarmonyJsonException">A text has a lone surrogate, which JSON cannot hold.</exception>
    public static string ToJson(this Conversation conversation, HarmonyJsonOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        using var buffer = new ArrayPoolBufferWriter<byte>();
        Write(buffer, conversation, options);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>A message as JSON.</summary>
    /// <exception cref="HarmonyJsonException">A text has a lone surrogate, which JSON cannot hold.</exception>
    public static string ToJson(this Message message, HarmonyJsonOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        using var buffer = new ArrayPoolBufferWriter<byte>();
        Write(buffer, message, options);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static SpanOwner<byte> Transcode(string json, out int length)
    {
        ArgumentNullException.ThrowIfNull(json);
        SpanOwner<byte> utf8 = SpanOwner<byte>.Allocate(Encoding.UTF8.GetMaxByteCount(json.Length));
        try
        {
            length = JsonText.GetUtf8(json, utf8.Span);
            return utf8;
        }
        catch
        {
            utf8.Dispose();
            throw;
        }
    }

    private static int ReadSome(Stream stream, Span<byte> utf8)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return stream.Read(utf8);
    }
}
