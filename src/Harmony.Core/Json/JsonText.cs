using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Harmony.Core.Json;

/// <summary>Strings and numbers of JSON elements, with errors of this library.</summary>
internal static class JsonText
{
    /// <summary>The deepest nesting of arrays and objects in a schema; deeper ones are refused.</summary>
    public const int MaxDepth = 256;

    /// <summary>The chars that JSON does not allow in a string as they are.</summary>
    public static readonly SearchValues<char> NeedEscape = SearchValues.Create(
        "\"\\" + string.Concat(Enumerable.Range(0, 0x20).Select(static c => (char)c)));

    public static string GetString(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw NoText(e);
        }
    }

    public static string GetName(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException e)
        {
            throw NoText(e);
        }
    }

    public static HarmonyJsonException NumberOutOfRange(
        ReadOnlySpan<byte> spelled, string path = "$", long at = 0, bool isWhole = true) =>
        new(path, at, "The number is out of range.", Encoding.UTF8.GetString(spelled), "a double",
            isWhole: isWhole);

    /// <summary>What was wrong with the text, without the place, which our exceptions tell in bytes.</summary>
    public static string ReasonOf(JsonException e)
    {
        int place = e.Message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        return place < 0 ? e.Message : e.Message[..place];
    }

    /// <summary>Where a reader stopped, in bytes from the start of the text.</summary>
    public static long PositionOf(JsonException e, ReadOnlySpan<byte> utf8)
    {
        int lineStart = 0;
        for (long line = e.LineNumber ?? 0; line > 0; line--)
        {
            lineStart += utf8[lineStart..].IndexOf((byte)'\n') + 1;
        }

        return lineStart + (e.BytePositionInLine ?? 0);
    }

    /// <summary>Where the first lone surrogate of a text is; −1 if there is none.</summary>
    public static int IndexOfLoneSurrogate(ReadOnlySpan<char> text)
    {
        int at = 0;
        int next;
        while ((next = text[at..].IndexOfAnyInRange('\uD800', '\uDFFF')) >= 0)
        {
            at += next;
            if (at + 1 == text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
            {
                return at;
            }

            at += 2;
        }

        return -1;
    }

    /// <summary>The UTF-8 of a text.</summary>
    /// <exception cref="HarmonyJsonException">The text has a lone surrogate.</exception>
    public static int GetUtf8(string text, Span<byte> utf8)
    {
        int at = IndexOfLoneSurrogate(text);
        return at < 0
            ? Encoding.UTF8.GetBytes(text, utf8)
            : throw new HarmonyJsonException(
                "$", Encoding.UTF8.GetByteCount(text.AsSpan(0, at)), "The text has a lone surrogate.",
                value: null, "Unicode text");
    }

    private static HarmonyJsonException NoText(InvalidOperationException e) =>
        new("$", 0, "The string holds a lone surrogate or is no UTF-8.", value: null, "Unicode text", e);
}
