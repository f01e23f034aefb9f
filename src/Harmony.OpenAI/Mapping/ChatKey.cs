using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Harmony.OpenAI.Mapping;

/// <summary>Names conversations of Chat Completions by what their messages say, so that one is known again
/// when a client sends it whole. Reasoning makes no difference: many clients do not send it back.</summary>
internal static class ChatKey
{
    /// <summary>The keys of a conversation after each of its messages.</summary>
    public static string[] AfterEach(IReadOnlyList<ChatMessage> messages)
    {
        var keys = new string[messages.Count];
        string before = "";
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = before = After(before, messages[i]);
        }

        return keys;
    }

    /// <summary>The key of a conversation that goes on with a message.</summary>
    /// <param name="before">The key without the message; empty for none.</param>
    /// <param name="message">The message.</param>
    public static string After(string before, ChatMessage? message)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, before);
        Add(hash, message?.Role);
        Add(hash, message?.Name);
        Add(hash, message?.ToolCallId);
        Add(hash, HasFunctionCall(message) ? "function_call" : null);
        AddContent(hash, message);
        foreach (ChatToolCall? call in message?.ToolCalls ?? [])
        {
            Add(hash, call?.Type ?? "function");
            Add(hash, call?.Id);
            Add(hash, call?.Function?.Name);
            AddJson(hash, call?.Function?.Arguments ?? "");
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    // It is refused, whatever it says.
    private static bool HasFunctionCall(ChatMessage? message) =>
        message?.FunctionCall is { ValueKind: not JsonValueKind.Null };

    private static void AddContent(IncrementalHash hash, ChatMessage? message)
    {
        IReadOnlyList<ContentPart?>? parts = message?.Content;
        string? refusal = message?.Refusal;

        if (message?.Role == "assistant")
        {
            parts = JoinTexts(parts ?? []);
            refusal ??= "";
        }

        Add(hash, refusal);
        AddLength(hash, parts?.Count ?? -1);
        foreach (ContentPart? part in parts ?? [])
        {
            Add(hash, part?.Type);
            Add(hash, part?.Text);
            Add(hash, part?.Refusal);
        }
    }

    // Clients that read an answer as a stream may write its text in several parts, which say the same. If it
    // only calls, they write nothing or an empty text.
    private static IReadOnlyList<ContentPart?> JoinTexts(IReadOnlyList<ContentPart?> parts)
    {
        if (!parts.All(static part => part is { Type: "text", Text: not null }))
        {
            return parts;
        }

        string text = string.Concat(parts.Select(static part => part!.Text));
        return text.Length == 0 ? [] : [ContentPart.OfText(text)];
    }

    // Clients that read arguments write them again in a form of their own, such as with line breaks.
    private static void AddJson(IncrementalHash hash, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var compact = new ArrayBufferWriter<byte>();
            using var writer = new Utf8JsonWriter(compact);
            document.RootElement.WriteTo(writer);
            writer.Flush();
            Add(hash, compact.WrittenSpan);
        }
        catch (Exception error)
            when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            // It is no JSON, or half a surrogate pair is in it, which only the reading of its text finds.
            Add(hash, json);
        }
    }

    private static void Add(IncrementalHash hash, string? text)
    {
        if (text is null)
        {
            AddLength(hash, -1);
            return;
        }

        Add(hash, MemoryMarshal.AsBytes(text.AsSpan()));
    }

    // With their lengths, no two lists of texts make the same bytes.
    private static void Add(IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        AddLength(hash, bytes.Length);
        hash.AppendData(bytes);
    }

    private static void AddLength(IncrementalHash hash, int length)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        hash.AppendData(bytes);
    }
}
