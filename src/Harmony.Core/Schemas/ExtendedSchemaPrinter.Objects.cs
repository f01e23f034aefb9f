using System.Runtime.InteropServices;
using System.Text.Json;
using static Harmony.Core.Schemas.SchemaPrinter;

namespace Harmony.Core.Schemas;

internal sealed partial class ExtendedSchemaPrinter
{
    private Form PrintObject(JsonElement schema, int indent)
    {
        _text.Append("{\n"u8);
        if (TryGet(schema, "properties"u8, out JsonElement properties)
            && properties.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in properties.EnumerateObject())
            {
                PrintProperty(property, indent);
            }
        }

        if (TryGet(schema, "additionalProperties"u8, out JsonElement others)
            && others.ValueKind is JsonValueKind.Object or JsonValueKind.True)
        {
            PrintComments(others, indent);
            _text.AppendSpaces(indent);
            _text.Append("[key: string]: "u8);
            PrintChild(others, indent + PropertyIndent, describe: false);
            _text.Append(",\n"u8);
        }

        _text.AppendSpaces(indent);
        _text.Append((byte)'}');
        return Form.Plain;
    }

    /// <summary>Adds the names that a schema and the parts of its <c>allOf</c> require, or takes them
    /// back.</summary>
    private void CountRequired(JsonElement schema, int change)
    {
        CountRequiredOf(schema, change);
        if (TryGetArray(schema, "allOf"u8, out JsonElement all))
        {
            foreach (JsonElement one in all.EnumerateArray())
            {
                CountRequiredOf(one, change);
            }
        }
    }

    private void CountRequiredOf(JsonElement schema, int change)
    {
        if (!TryGetArray(schema, "required"u8, out JsonElement names))
        {
            return;
        }

        _required ??= new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (JsonElement name in names.EnumerateArray())
        {
            if (name.ValueKind == JsonValueKind.String)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_required, name.GetString()!, out _) += change;
            }
        }
    }

    private void PrintProperty(JsonProperty property, int indent)
    {
        JsonElement schema = property.Value;
        PrintComments(schema, indent);
        PrintExamples(schema, indent);
        bool hasDefault = TryGet(schema, "default"u8, out JsonElement value);
        if (TryGetVariantLines(schema, out JsonElement variants))
        {
            PrintVariantsProperty(property, variants, value, indent);
            return;
        }

        PrintKey(property, indent);
        _text.Append((byte)' ');
        PrintChild(schema, indent + PropertyIndent, describe: false);
        _text.Append((byte)',');
        if (hasDefault)
        {
            _text.Append(" // "u8);
            PrintDefault(schema, value);
        }

        _text.Append((byte)'\n');
    }

    /// <summary>Whether a property is nothing but variants that need lines of their own.</summary>
    private bool TryGetVariantLines(JsonElement schema, out JsonElement variants)
    {
        variants = default;
        if (TryGet(schema, "const"u8, out _) || TryGet(schema, "enum"u8, out _)
            || FindParts(schema) is not [(Part part, JsonElement found)])
        {
            return false;
        }

        variants = found;
        return part == Part.OneOf || (part == Part.AnyOf && HaveComments(found));
    }

    private void PrintVariantsProperty(
        JsonProperty property, JsonElement variants, JsonElement value, int indent)
    {
        JsonElement schema = property.Value;
        if (value.ValueKind != JsonValueKind.Undefined)
        {
            _text.AppendSpaces(indent);
            _text.Append("// "u8);
            PrintDefault(schema, value);
            _text.Append((byte)'\n');
        }

        PrintKey(property, indent);
        Dictionary<string, int>? required = _required;
        _required = null;
        Form form = PrintVariantLines(variants, indent, DescriptionOf(schema));
        _required = required;
        bool onNewLine = _text.Utf8.TrimEnd((byte)' ').EndsWith("\n"u8);
        if (IsNullable(schema) && (form & Form.HasNull) == 0)
        {
            BeginLine(onNewLine, indent);
            _text.Append(" | null"u8);
            onNewLine = false;
        }

        BeginLine(onNewLine, indent);
        _text.Append(",\n"u8);
    }

    private void BeginLine(bool isBegun, int indent)
    {
        if (!isBegun)
        {
            _text.Append((byte)'\n');
            _text.AppendSpaces(indent);
        }
    }

    private void PrintKey(JsonProperty property, int indent)
    {
        string name = property.Name;
        _text.AppendSpaces(indent);
        if (IsBareKey(name))
        {
            _text.Append(name);
        }
        else
        {
            Json.JsonCanonicalizer.WriteString(name, _text);
        }

        _text.Append(_required?.GetValueOrDefault(name) > 0 ? ":"u8 : "?:"u8);
    }

    private static bool IsBareKey(ReadOnlySpan<char> key)
    {
        if (key.IsEmpty || char.IsDigit(key[0]))
        {
            return false;
        }

        foreach (char c in key)
        {
            if (!char.IsLetterOrDigit(c) && c is not ('_' or '$'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The title and the description, on lines of their own.</summary>
    private void PrintComments(JsonElement schema, int indent)
    {
        if (TryGetString(schema, "title"u8, out string? title))
        {
            PrintCommentLines(title, indent);
            _text.AppendSpaces(indent);
            _text.Append("//\n"u8);
        }

        if (DescriptionOf(schema) is string description)
        {
            PrintCommentLines(description, indent);
        }
    }

    private void PrintExamples(JsonElement schema, int indent)
    {
        if (!TryGetArray(schema, "examples"u8, out JsonElement examples) || examples.GetArrayLength() == 0)
        {
            return;
        }

        PrintCommentLines("Examples:", indent);
        foreach (JsonElement example in examples.EnumerateArray())
        {
            _text.AppendSpaces(indent);
            _text.Append("// - "u8);
            _text.Append(JsonMarshal.GetRawUtf8Value(example));
            _text.Append((byte)'\n');
        }
    }

    // A string beside an enum stands bare, as the reference has it, unless it would leave the comment.
    private void PrintDefault(JsonElement schema, JsonElement value)
    {
        _text.Append("default: "u8);
        if (value.ValueKind == JsonValueKind.String
            && TryGetArray(schema, "enum"u8, out JsonElement values) && values.GetArrayLength() > 0
            && LinesOf(value.GetString()!).Length == 1)
        {
            _text.Append(value.GetString());
        }
        else
        {
            _text.Append(JsonMarshal.GetRawUtf8Value(value));
        }
    }

    private void PrintCommentLines(string? comment, int indent)
    {
        foreach (string line in LinesOf(comment!))
        {
            _text.AppendSpaces(indent);
            _text.Append("// "u8);
            _text.Append(line);
            _text.Append((byte)'\n');
        }
    }

    /// <summary>Writes a comment on lines of its own; the type follows on the next.</summary>
    private void PrintLeadingComment(string? comment, int indent)
    {
        foreach (string line in LinesOf(comment!))
        {
            _text.Append("// "u8);
            _text.Append(line);
            _text.Append((byte)'\n');
            _text.AppendSpaces(indent);
        }
    }

    /// <summary>The lines of a text, at every character that ends one anywhere; at least one. Line ends at
    /// the text's end begin no more lines.</summary>
    private static string[] LinesOf(string text)
    {
        var lines = new List<string>();
        foreach (ReadOnlySpan<char> line in text.AsSpan().TrimEnd("\r\n").EnumerateLines())
        {
            lines.Add(line.ToString());
        }

        return [.. lines];
    }
}
