using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Harmony.OpenAI.Mapping;

/// <summary>Names conversations of Chat Completions by what their messages say, so that one is known again
/// when a client sends it whole. Reasoning makes no difference: many clients do not send it back.</summary>
internal static class ChatKey
{
    private const char Separator = '\u001f';

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
        Add(hash, string.Join(Separator, (message?.Content ?? []).Select(static part => part?.Text)));
        Add(hash, message?.Refusal);
        foreach (ChatToolCall? call in message?.ToolCalls ?? [])
        {
            Add(hash, call?.Id);
            Add(hash, call?.Function?.Name);
            Add(hash, call?.Function?.Arguments);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    // With their lengths, no two lists of texts make the same bytes. Nothing and an empty text are one:
    // clients write either for a message that only calls.
    private static void Add(IncrementalHash hash, string? text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text ?? "");
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        hash.AppendData(length);
        hash.AppendData(utf8);
    }
}
