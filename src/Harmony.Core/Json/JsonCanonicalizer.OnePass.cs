using System.Text.Json;
using System.Text.Unicode;
using Harmony.Core.Text;

namespace Harmony.Core.Json;

internal static partial class JsonCanonicalizer
{
    /// <summary>The most names that the open objects may have together. Each name is compared with those
    /// before it in its object.</summary>
    private const int MaxNames = 64;

    /// <summary>Writes JSON as programs usually write it, without making a document of it.</summary>
    /// <returns>False if a member is repeated, there are many names, or anything is wrong. Then what was
    /// written is of no use.</returns>
    private static bool TryWriteInOnePass(ReadOnlySpan<byte> utf8Json, Utf8TextBuilder text)
    {
        try
        {
            var reader = new JsonReader(utf8Json, JsonText.MaxDepth);
            Span<Range> names = stackalloc Range[MaxNames];
            int count = 0;
            return reader.Read() && TryWriteValue(ref reader, text, names, ref count) && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool TryWriteValue(
        ref JsonReader reader, Utf8TextBuilder text, scoped Span<Range> names, ref int count)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return TryWriteObject(ref reader, text, names, ref count);
            case JsonTokenType.StartArray:
                return TryWriteArray(ref reader, text, names, ref count);
            case JsonTokenType.String:
                return TryWriteText(reader, text);
            case JsonTokenType.Number:
                Span<byte> free = text.GetSpan(Math.Max(reader.Spelled.Length, JsonNumber.MaxLength));
                bool isNumber = JsonNumber.TryCanonicalize(reader.Spelled, free, out int written);
                text.Advance(isNumber ? written : 0);
                return isNumber;
            default:
                text.Append(reader.Spelled);
                return true;
        }
    }

    private static bool TryWriteObject(
        ref JsonReader reader, Utf8TextBuilder text, scoped Span<Range> names, ref int count)
    {
        int first = count;
        text.Append((byte)'{');
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (count > first)
            {
                text.Append((byte)',');
            }

            int start = text.Length;
            if (!TryWriteText(reader, text) || !TryAddName(start..text.Length, text, names, first, ref count))
            {
                return false;
            }

            text.Append((byte)':');
            reader.Read();
            if (!TryWriteValue(ref reader, text, names, ref count))
            {
                return false;
            }
        }

        text.Append((byte)'}');
        count = first;
        return true;
    }

    private static bool TryWriteArray(
        ref JsonReader reader, Utf8TextBuilder text, scoped Span<Range> names, ref int count)
    {
        text.Append((byte)'[');
        bool isFirst = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!isFirst)
            {
                text.Append((byte)',');
            }

            isFirst = false;
            if (!TryWriteValue(ref reader, text, names, ref count))
            {
                return false;
            }
        }

        text.Append((byte)']');
        return true;
    }

    private static bool TryWriteText(in JsonReader reader, Utf8TextBuilder text)
    {
        if (reader.IsEscaped)
        {
            bool isText = reader.TryGetText(out string? unescaped);
            WriteString(unescaped, text);
            return isText;
        }

        // Without escapes there is only one spelling.
        text.Append((byte)'"');
        text.Append(reader.Spelled);
        text.Append((byte)'"');
        return Utf8.IsValid(reader.Spelled);
    }

    private static bool TryAddName(Range name, Utf8TextBuilder text, scoped Span<Range> names, int first, ref int count)
    {
        ReadOnlySpan<byte> written = text.Utf8;
        foreach (Range other in names[first..count])
        {
            if (written[other].SequenceEqual(written[name]))
            {
                return false;
            }
        }

        if (count == names.Length)
        {
            return false;
        }

        names[count++] = name;
        return true;
    }
}
