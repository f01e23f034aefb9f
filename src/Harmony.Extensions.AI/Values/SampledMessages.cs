using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using Harmony.Bpe;
using Harmony.Core;

namespace Harmony.Extensions.AI.Values;

/// <summary>Writes the ids that a message was sampled as into a string, and finds the message of such a
/// string: in this process by the string itself, elsewhere by reading the ids again. Thread-safe.</summary>
internal static class SampledMessages
{
    /// <summary>The most characters of an id and a space.</summary>
    private const int MaxLength = 12;

    private static readonly ConditionalWeakTable<string, Message> Known = [];

    private static readonly int Start =
        HarmonyEncoding.OpenAI.Encode("<|start|>", EncodeOptions.AllSpecial)[0];

    /// <summary>Returns a message's ids as a string; null if it has none.</summary>
    public static string? Write(Message message)
    {
        if (message.SampledIds.IsEmpty)
        {
            return null;
        }

        char[] text = ArrayPool<char>.Shared.Rent(MaxLength * message.SampledIds.Length);
        int length = 0;
        foreach (int id in message.SampledIds.Span)
        {
            id.TryFormat(text.AsSpan(length), out int digits, provider: CultureInfo.InvariantCulture);
            length += digits;
            text[length++] = ' ';
        }

        var ids = new string(text.AsSpan(0, length - 1));
        ArrayPool<char>.Shared.Return(text);
        Known.Add(ids, message);
        return ids;
    }

    /// <summary>Returns the message of ids; null if they are no ids, are not exactly one message, or could
    /// not stand in a prompt.</summary>
    /// <param name="ids">The ids as a string, from anywhere.</param>
    /// <param name="encoding">The encoding.</param>
    /// <param name="tools">The functions that the model is told of.</param>
    public static Message? Read(string ids, HarmonyEncoding encoding, ToolNamespaceCollection tools)
    {
        if (Known.TryGetValue(ids, out Message? known))
        {
            return known;
        }

        if (!TryParse(ids, out int[] parsed))
        {
            return null;
        }

        // The parser drops ids that say something else in a prompt, special ones in content among them.
        var parser = new HarmonyParser(encoding, new HarmonyParserOptions
        {
            Role = parsed[0] == Start ? null : Role.Assistant,
            DeclaredTools = tools,
        });
        parser.Push(parsed);
        parser.Complete();
        return parser.Messages is [Message one] && one.SampledIds.Span.SequenceEqual(parsed) ? one : null;
    }

    private static bool TryParse(string text, out int[] ids)
    {
        ids = new int[text.AsSpan().Count(' ') + 1];
        int count = 0;
        foreach (Range part in text.AsSpan().Split(' '))
        {
            if (!int.TryParse(
                text.AsSpan(part), NumberStyles.None, CultureInfo.InvariantCulture, out ids[count++]))
            {
                return false;
            }
        }

        return true;
    }
}
