using System.Text.Json;
using Harmony.Core.Text;

namespace Harmony.Core.Schemas;

internal static partial class SchemaPrinter
{
    private static void PrintObject(JsonElement schema, int indent, Utf8TextBuilder text)
    {
        if (TryGetString(schema, "description"u8, out string? description))
        {
            PrintComment(description, indent, text);
        }

        text.Append("{\n"u8);
        if (TryGet(schema, "properties"u8, out JsonElement properties)
            && properties.ValueKind == JsonValueKind.Object)
        {
            HashSet<string> required = ReadRequired(schema);
            foreach (JsonProperty property in properties.EnumerateObject())
            {
                PrintProperty(property, required.Contains(property.Name), indent, text);
            }
        }

        text.AppendSpaces(indent);
        text.Append((byte)'}');
    }

    internal static HashSet<string> ReadRequired(JsonElement schema)
    {
        var required = new HashSet<string>(StringComparer.Ordinal);
        if (TryGetArray(schema, "required"u8, out JsonElement names))
        {
            foreach (JsonElement name in names.EnumerateArray())
            {
                if (name.ValueKind == JsonValueKind.String)
                {
                    required.Add(name.GetString()!);
                }
            }
        }

        return required;
    }

    private static void PrintProperty(JsonProperty property, bool required, int indent, Utf8TextBuilder text)
    {
        JsonElement schema = property.Value;
        bool hasOneOf = TryGet(schema, "oneOf"u8, out JsonElement variants);
        PrintTitle(schema, indent, text);
        if (!hasOneOf && TryGetString(schema, "description"u8, out string? description))
        {
            PrintComment(description, indent, text);
        }

        PrintExamples(schema, indent, text);
        if (hasOneOf && variants.ValueKind == JsonValueKind.Array)
        {
            PrintUnionProperty(property, variants, required, indent, text);
            return;
        }

        PrintKey(property, required, indent, text);
        text.Append((byte)' ');
        PrintNullableType(schema, indent + PropertyIndent, text);
        text.Append((byte)',');
        if (!hasOneOf && TryGet(schema, "default"u8, out JsonElement value))
        {
            text.Append(" // "u8);
            PrintDefault(schema, value, bareInEnum: true, text);
        }

        text.Append((byte)'\n');
    }

    private static void PrintUnionProperty(
        JsonProperty property, JsonElement variants, bool required, int indent, Utf8TextBuilder text)
    {
        JsonElement schema = property.Value;
        bool described = TryGetString(schema, "description"u8, out string? description);

        // One that the first variant has too is printed nowhere: not here, and as a repetition not there.
        bool printedAbove = described && !HasDescription(variants, description);
        if (printedAbove)
        {
            PrintComment(description, indent, text);
        }

        if (TryGet(schema, "default"u8, out JsonElement value))
        {
            text.AppendSpaces(indent);
            text.Append("// "u8);
            PrintDefault(schema, value, bareInEnum: true, text);
            text.Append((byte)'\n');
        }

        PrintKey(property, required, indent, text);
        text.Append((byte)'\n');
        bool isFirst = true;
        foreach (JsonElement variant in variants.EnumerateArray())
        {
            text.AppendSpaces(indent);
            text.Append(" | "u8);
            PrintNullableType(variant, indent + VariantIndent, text);
            bool commented = TryGetString(variant, "description"u8, out string? own)
                && !(isFirst && printedAbove)
                && own != description;
            PrintVariantComments(variant, commented ? own : null, text);
            isFirst = false;
        }

        text.AppendSpaces(indent);
        text.Append(",\n"u8);
    }

    private static bool HasDescription(JsonElement variants, string? description) =>
        variants.GetArrayLength() > 0
            && TryGetString(variants[0], "description"u8, out string? first)
            && first == description;

    private static void PrintVariantComments(JsonElement variant, string? description, Utf8TextBuilder text)
    {
        if (description is not null)
        {
            text.Append(" // "u8);
            text.Append(description);
        }

        if (TryGet(variant, "default"u8, out JsonElement value))
        {
            text.Append(description is null ? " // "u8 : " "u8);
            PrintDefault(variant, value, bareInEnum: true, text);
        }

        text.Append((byte)'\n');
    }

    private static void PrintKey(JsonProperty property, bool required, int indent, Utf8TextBuilder text)
    {
        text.AppendSpaces(indent);
        text.Append(property.Name);
        text.Append(required ? ":"u8 : "?:"u8);
    }

    private static void PrintTitle(JsonElement schema, int indent, Utf8TextBuilder text)
    {
        if (TryGetString(schema, "title"u8, out string? title))
        {
            PrintComment(title, indent, text);
            text.AppendSpaces(indent);
            text.Append("//\n"u8);
        }
    }

    private static void PrintExamples(JsonElement schema, int indent, Utf8TextBuilder text)
    {
        if (!TryGetArray(schema, "examples"u8, out JsonElement examples) || examples.GetArrayLength() == 0)
        {
            return;
        }

        PrintComment("Examples:", indent, text);
        foreach (JsonElement example in examples.EnumerateArray())
        {
            if (example.ValueKind == JsonValueKind.String)
            {
                text.AppendSpaces(indent);
                text.Append("// - "u8);
                PrintQuoted(example.GetString(), text);
                text.Append((byte)'\n');
            }
        }
    }

    private static void PrintComment(string? comment, int indent, Utf8TextBuilder text)
    {
        text.AppendSpaces(indent);
        text.Append("// "u8);
        text.Append(comment);
        text.Append((byte)'\n');
    }
}
