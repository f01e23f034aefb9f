using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Harmony.Core.Text;

namespace Harmony.Core.Json;

/// <summary>
/// Writes JSON the one way in which the reference holds and prints it: no white space, as few escapes as JSON
/// allows, numbers as <see cref="JsonNumber"/> spells them, and of repeated members the last value in the
/// first's place.
/// </summary>
internal static partial class JsonCanonicalizer
{
    public static byte[] Canonicalize(ReadOnlySpan<byte> utf8Json)
    {
        using var text = new Utf8TextBuilder();
        if (!TryWriteInOnePass(utf8Json, text))
        {
            text.Clear();
            using JsonDocument document = Parse(utf8Json);
            Write(document.RootElement, text);
        }

        return text.Utf8.ToArray();
    }

    /// <summary>Writes a string as JSON, with quotes.</summary>
    public static void WriteString(ReadOnlySpan<char> value, Utf8TextBuilder text)
    {
        text.Append((byte)'"');
        while (true)
        {
            int at = value.IndexOfAny(JsonText.NeedEscape);
            if (at < 0)
            {
                break;
            }

            text.Append(value[..at]);
            WriteEscape(value[at], text);
            value = value[(at + 1)..];
        }

        text.Append(value);
        text.Append((byte)'"');
    }

    private static JsonDocument Parse(ReadOnlySpan<byte> utf8Json)
    {
        var reader = new Utf8JsonReader(utf8Json, new JsonReaderOptions { MaxDepth = JsonText.MaxDepth });
        try
        {
            JsonDocument document = JsonDocument.ParseValue(ref reader);
            reader.Read();
            return document;
        }
        catch (JsonException e)
        {
            throw new HarmonyJsonException(
                "$", JsonText.PositionOf(e, utf8Json), JsonText.ReasonOf(e), value: null, "JSON", e);
        }
    }

    private static void Write(JsonElement element, Utf8TextBuilder text)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(element, text);
                break;
            case JsonValueKind.Array:
                WriteArray(element, text);
                break;
            case JsonValueKind.String:
                WriteString(JsonText.GetString(element), text);
                break;
            case JsonValueKind.Number:
                WriteNumber(element, text);
                break;
            default:
                text.Append(JsonMarshal.GetRawUtf8Value(element));
                break;
        }
    }

    private static void WriteArray(JsonElement element, Utf8TextBuilder text)
    {
        text.Append((byte)'[');
        bool first = true;
        foreach (JsonElement item in element.EnumerateArray())
        {
            if (!first)
            {
                text.Append((byte)',');
            }

            first = false;
            Write(item, text);
        }

        text.Append((byte)']');
    }

    private static void WriteObject(JsonElement element, Utf8TextBuilder text)
    {
        var members = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (JsonProperty member in element.EnumerateObject())
        {
            members[JsonText.GetName(member)] = member.Value;
        }

        text.Append((byte)'{');
        bool first = true;
        foreach ((string name, JsonElement value) in members)
        {
            if (!first)
            {
                text.Append((byte)',');
            }

            first = false;
            WriteString(name, text);
            text.Append((byte)':');
            Write(value, text);
        }

        text.Append((byte)'}');
    }

    private static void WriteNumber(JsonElement element, Utf8TextBuilder text)
    {
        ReadOnlySpan<byte> spelled = JsonMarshal.GetRawUtf8Value(element);
        Span<byte> free = text.GetSpan(Math.Max(spelled.Length, JsonNumber.MaxLength));
        if (!JsonNumber.TryCanonicalize(spelled, free, out int written))
        {
            throw JsonText.NumberOutOfRange(spelled);
        }

        text.Advance(written);
    }

    private static void WriteEscape(char c, Utf8TextBuilder text)
    {
        text.Append((byte)'\\');
        char letter = c switch
        {
            '"' or '\\' => c,
            '\b' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\f' => 'f',
            '\r' => 'r',
            _ => 'u',
        };
        text.Append((byte)letter);
        if (letter == 'u')
        {
            text.Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
        }
    }
}
