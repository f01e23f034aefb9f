using System.Runtime.InteropServices;
using System.Text.Json;
using Harmony.Core.Text;

namespace Harmony.Core.Schemas;

/// <summary>
/// Prints JSON Schemas as the TypeScript-like types with which gpt-oss was trained to read tools: by default
/// exactly as the reference, or all of a schema, as <see cref="SchemaStyle"/> says.
/// </summary>
internal static partial class SchemaPrinter
{
    // How much deeper a type inside a variant, and one of a property, is indented.
    internal const int VariantIndent = 3;
    internal const int PropertyIndent = 4;

    /// <summary>Writes a schema as a type, as it follows <c>_:</c> in a tool's signature.</summary>
    public static void Print(JsonElement schema, Utf8TextBuilder text) => PrintType(schema, indent: 0, text);

    private static void PrintType(JsonElement schema, int indent, Utf8TextBuilder text)
    {
        if (TryGetArray(schema, "oneOf"u8, out JsonElement variants))
        {
            PrintUnion(variants, indent, text);
        }
        else if (!TryGet(schema, "type"u8, out JsonElement type))
        {
            text.Append("any"u8);
        }
        else if (type.ValueKind == JsonValueKind.Array)
        {
            PrintTypeNames(type, text);
        }
        else if (IsWord(type, "object"u8))
        {
            PrintObject(schema, indent, text);
        }
        else if (IsWord(type, "array"u8))
        {
            PrintArray(schema, indent, text);
        }
        else if (IsWord(type, "string"u8))
        {
            PrintString(schema, text);
        }
        else
        {
            text.Append(
                IsWord(type, "number"u8) || IsWord(type, "integer"u8) ? "number"u8
                : IsWord(type, "boolean"u8) ? "boolean"u8
                : "any"u8);
        }
    }

    private static void PrintUnion(JsonElement variants, int indent, Utf8TextBuilder text)
    {
        foreach (JsonElement variant in variants.EnumerateArray())
        {
            text.Append((byte)'\n');
            text.AppendSpaces(indent);
            text.Append(" | "u8);
            PrintNullableType(variant, indent + VariantIndent, text);
            bool commented = TryGetString(variant, "description"u8, out string? description);
            if (commented)
            {
                text.Append(" // "u8);
                text.Append(description);
            }

            if (TryGet(variant, "default"u8, out JsonElement value))
            {
                text.Append(commented ? " "u8 : " // "u8);
                PrintDefault(variant, value, bareInEnum: false, text);
            }
        }
    }

    private static void PrintTypeNames(JsonElement names, Utf8TextBuilder text)
    {
        bool any = false;
        foreach (JsonElement name in names.EnumerateArray())
        {
            if (name.ValueKind != JsonValueKind.String)
            {
                continue;
            }

            text.Append(any ? " | "u8 : default);
            any = true;
            text.Append(IsWord(name, "integer"u8) ? "number" : name.GetString());
        }

        text.Append(any ? default : "any"u8);
    }

    private static void PrintArray(JsonElement schema, int indent, Utf8TextBuilder text)
    {
        if (!TryGet(schema, "items"u8, out JsonElement items))
        {
            text.Append("Array<any>"u8);
            return;
        }

        PrintType(items, indent, text);
        text.Append("[]"u8);
    }

    private static void PrintString(JsonElement schema, Utf8TextBuilder text)
    {
        bool any = false;
        if (TryGetArray(schema, "enum"u8, out JsonElement values))
        {
            foreach (JsonElement value in values.EnumerateArray())
            {
                if (value.ValueKind == JsonValueKind.String)
                {
                    text.Append(any ? " | "u8 : default);
                    any = true;
                    PrintQuoted(value.GetString(), text);
                }
            }
        }

        text.Append(any ? default : "string"u8);
    }

    /// <summary>The type, with <c>| null</c> if the schema says that it is nullable and nothing in what was
    /// printed, not even a comment, spells null already.</summary>
    private static void PrintNullableType(JsonElement schema, int indent, Utf8TextBuilder text)
    {
        int start = text.Length;
        PrintType(schema, indent, text);
        if (TryGet(schema, "nullable"u8, out JsonElement nullable)
            && nullable.ValueKind == JsonValueKind.True
            && text.Utf8[start..].IndexOf("null"u8) < 0)
        {
            text.Append(" | null"u8);
        }
    }

    // Strings stand in quotes, unescaped; beside an enum they stand bare, or as JSON among the variants of a
    // type.
    private static void PrintDefault(
        JsonElement schema, JsonElement value, bool bareInEnum, Utf8TextBuilder text)
    {
        text.Append("default: "u8);
        if (value.ValueKind != JsonValueKind.String)
        {
            text.Append(JsonMarshal.GetRawUtf8Value(value));
        }
        else if (!TryGetArray(schema, "enum"u8, out JsonElement values) || values.GetArrayLength() == 0)
        {
            PrintQuoted(value.GetString(), text);
        }
        else if (bareInEnum)
        {
            text.Append(value.GetString());
        }
        else
        {
            text.Append(JsonMarshal.GetRawUtf8Value(value));
        }
    }

    private static void PrintQuoted(string? value, Utf8TextBuilder text)
    {
        text.Append((byte)'"');
        text.Append(value);
        text.Append((byte)'"');
    }

    internal static bool TryGet(JsonElement schema, ReadOnlySpan<byte> name, out JsonElement value)
    {
        value = default;
        return schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(name, out value);
    }

    internal static bool TryGetArray(JsonElement schema, ReadOnlySpan<byte> name, out JsonElement value) =>
        TryGet(schema, name, out value) && value.ValueKind == JsonValueKind.Array;

    internal static bool TryGetString(JsonElement schema, ReadOnlySpan<byte> name, out string? value)
    {
        bool found = TryGet(schema, name, out JsonElement element)
            && element.ValueKind == JsonValueKind.String;
        value = found ? element.GetString() : null;
        return found;
    }

    internal static bool IsWord(JsonElement value, ReadOnlySpan<byte> word) =>
        value.ValueKind == JsonValueKind.String && value.ValueEquals(word);
}
