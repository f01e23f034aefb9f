using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
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
        Add(hash, string.Concat((message?.Content ?? []).Select(static part => part?.Text)));
        Add(hash, message?.Refusal);
        foreach (ChatToolCall? call in message?.ToolCalls ?? [])
        {
            Add(hash, call?.Id);
            Add(hash, call?.Function?.Name);
            AddJson(hash, call?.Function?.Arguments);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    // Clients that read arguments write them again in a form of their own, such as with line breaks.
    private static void AddJson(IncrementalHash hash, string? json)
    {
        try
        {
            using var document = JsonDocument.Parse(json ?? "");
            var compact = new ArrayBufferWriter<byte>();
            using var writer = new Utf8JsonWriter(compact);
            document.RootElement.WriteTo(writer);
            writer.Flush();
            Add(hash, compact.WrittenSpan);
        }
        catch (JsonException)
        {
            Add(hash, json);
        }
    }

    private static void Add(IncrementalHash hash, string? text) => Add(hash, Encoding.UTF8.GetBytes(text ?? ""));

    // With their lengths, no two lists of texts make the same bytes. Nothing and an empty text are one:
    // clients write either for a message that only calls.
    private static void Add(IncrementalHash hash, ReadOnlySpan<byte> utf8)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        hash.AppendData(length);
        hash.AppendData(utf8);
    }
}
