using System.Runtime.InteropServices;
using System.Text.Json;
using Harmony.Core.Text;
using static Harmony.Core.Schemas.SchemaPrinter;

namespace Harmony.Core.Schemas;

/// <summary>
/// Prints one JSON Schema in <see cref="SchemaStyle.Extended"/>. This part prints types; what is within
/// objects and unions is printed by the others. A type's form tells its surroundings whether it needs
/// parentheses. How deep it recurses is bounded by how deep JSON may nest and
/// <see cref="MaxReferenceDepth"/>.
/// </summary>
internal sealed partial class ExtendedSchemaPrinter
{
    // References are not followed from types that lie deeper; they become `any`.
    private const int MaxReferenceDepth = 64;

    private readonly Utf8TextBuilder _text;
    private readonly SchemaReferences _references;
    private int _depth;

    // The names that this schema and those around it require of the same object, each with how many of them
    // do; null for none. Names come and go with their schemas: copies of the set would be quadratic.
    private Dictionary<string, int>? _required;

    private ExtendedSchemaPrinter(JsonElement root, Utf8TextBuilder text)
    {
        _references = new SchemaReferences(root);
        _text = text;
    }

    [Flags]
    private enum Form
    {
        Plain = 0,
        Union = 1,
        Intersection = 2,
        HasNull = 4,
    }

    // What a schema that says several things at once is put together from.
    private enum Part
    {
        Reference,
        Own,
        Schema,
        OneOf,
        AnyOf,
    }

    public static void Print(JsonElement root, Utf8TextBuilder text)
    {
        var printer = new ExtendedSchemaPrinter(root, text);
        if (printer._references.Root is { } target)
        {
            printer.PrintTarget(target, indent: 0, describe: true);
        }
        else
        {
            printer.PrintType(root, indent: 0);
        }
    }

    /// <summary>Prints a type that is not the same value as the one around it: an item, a property.</summary>
    private Form PrintChild(JsonElement schema, int indent, bool describe = true)
    {
        Dictionary<string, int>? required = _required;
        _required = null;
        Form form = PrintType(schema, indent, describe);
        _required = required;
        return form;
    }

    private Form PrintType(JsonElement schema, int indent, bool describe = true)
    {
        _depth++;
        if (describe && TryGetString(schema, "description"u8, out string? description))
        {
            PrintLeadingComment(description, indent);
            describe = false;
        }

        CountRequired(schema, 1);
        Form form = PrintParts(schema, indent, describe);
        CountRequired(schema, -1);
        _depth--;
        if (IsNullable(schema) && (form & Form.HasNull) == 0)
        {
            _text.Append(" | null"u8);
            form |= Form.Union | Form.HasNull;
        }

        return form;
    }

    private static bool IsNullable(JsonElement schema) =>
        TryGet(schema, "nullable"u8, out JsonElement nullable) && nullable.ValueKind == JsonValueKind.True;

    private Form PrintParts(JsonElement schema, int indent, bool describe)
    {
        if (schema.ValueKind == JsonValueKind.False)
        {
            return PrintWord("never"u8);
        }

        if (TryGet(schema, "const"u8, out JsonElement value))
        {
            return PrintLiteral(value);
        }

        if (TryGetArray(schema, "enum"u8, out JsonElement values))
        {
            return PrintLiterals(values);
        }

        List<(Part Part, JsonElement Schema)> parts = FindParts(schema);
        if (parts.Count == 0)
        {
            return PrintWord("any"u8);
        }

        if (parts.Count == 1)
        {
            return PrintPart(parts[0].Part, parts[0].Schema, indent, describe);
        }

        for (int i = 0; i < parts.Count; i++)
        {
            _text.Append(i == 0 ? ""u8 : " & "u8);
            int start = _text.Length;
            Form form = PrintPart(parts[i].Part, parts[i].Schema, indent, describe);
            Enclose(start, (form & Form.Union) != 0);
        }

        return Form.Intersection;
    }

    /// <summary>What a schema says about its type, without what says nothing.</summary>
    private List<(Part Part, JsonElement Schema)> FindParts(JsonElement schema)
    {
        var parts = new List<(Part, JsonElement)>();
        if (TryGetString(schema, "$ref"u8, out string? pointer) && _references.Find(pointer!) is not null)
        {
            parts.Add((Part.Reference, schema));
        }

        if (HasOwnType(schema))
        {
            parts.Add((Part.Own, schema));
        }

        if (TryGetArray(schema, "allOf"u8, out JsonElement all))
        {
            foreach (JsonElement one in all.EnumerateArray().Where(SaysType))
            {
                parts.Add((Part.Schema, one));
            }
        }

        if (TryGetArray(schema, "oneOf"u8, out JsonElement variants)
            && (parts.Count == 0 || variants.EnumerateArray().Any(SaysType)))
        {
            parts.Add((Part.OneOf, variants));
        }

        if (TryGetArray(schema, "anyOf"u8, out variants) && variants.EnumerateArray().Any(SaysType))
        {
            parts.Add((Part.AnyOf, variants));
        }

        return parts;
    }

    private static bool HasOwnType(JsonElement schema) =>
        TryGet(schema, "type"u8, out _) || IsObject(schema) || IsArray(schema);

    private static bool IsObject(JsonElement schema) =>
        TryGet(schema, "properties"u8, out _) || TryGet(schema, "additionalProperties"u8, out _);

    private static bool IsArray(JsonElement schema) =>
        TryGet(schema, "items"u8, out _) || TryGet(schema, "prefixItems"u8, out _);

    private static bool SaysType(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.False
            || HasOwnType(schema)
            || TryGet(schema, "$ref"u8, out _)
            || TryGet(schema, "const"u8, out _)
            || TryGet(schema, "enum"u8, out _)
            || TryGet(schema, "allOf"u8, out _)
            || TryGet(schema, "anyOf"u8, out _)
            || TryGet(schema, "oneOf"u8, out _);

    private Form PrintPart(Part part, JsonElement schema, int indent, bool describe)
    {
        switch (part)
        {
            case Part.Reference:
                TryGetString(schema, "$ref"u8, out string? pointer);
                return PrintTarget(_references.Find(pointer!)!, indent, describe);
            case Part.Own:
                return PrintOwnType(schema, indent);
            case Part.Schema:
                return PrintType(schema, indent, describe);
            default:
                return PrintVariants(schema, indent, inLines: part == Part.OneOf);
        }
    }

    /// <summary>Prints what a reference points at, with its name if it has one, or the name alone.</summary>
    private Form PrintTarget(SchemaReferences.Target target, int indent, bool describe)
    {
        if (target is { IsPrinted: true, Name: not null })
        {
            _text.Append(target.Name);
            return Form.Plain;
        }

        if (_depth > MaxReferenceDepth)
        {
            return PrintWord("any"u8);
        }

        target.IsPrinted = true;
        if (describe && TryGetString(target.Schema, "description"u8, out string? description))
        {
            PrintLeadingComment(description, indent);
            describe = false;
        }

        if (target.Name is null)
        {
            return PrintType(target.Schema, indent, describe: describe);
        }

        _text.Append("/* type "u8);
        _text.Append(target.Name);
        _text.Append(" = */ "u8);
        int start = _text.Length;

        // The name may stand elsewhere, where nothing more is required.
        Form form = PrintChild(target.Schema, indent, describe);
        Enclose(start, (form & (Form.Union | Form.Intersection)) != 0);
        return Form.Plain;
    }

    private Form PrintOwnType(JsonElement schema, int indent)
    {
        if (!TryGet(schema, "type"u8, out JsonElement type))
        {
            return IsObject(schema) ? PrintObject(schema, indent) : PrintArray(schema, indent);
        }

        if (type.ValueKind == JsonValueKind.String)
        {
            return PrintNamedType(type, schema, indent);
        }

        var union = new UnionInLine(_text);
        if (type.ValueKind == JsonValueKind.Array)
        {
            // Of equal names one is printed: to print both and drop one would take twice as long at each
            // level of nesting.
            var names = new HashSet<string?>(StringComparer.Ordinal);
            foreach (JsonElement name in type.EnumerateArray())
            {
                if (name.ValueKind == JsonValueKind.String && names.Add(name.GetString()))
                {
                    union.Begin();
                    union.End(PrintNamedType(name, schema, indent));
                }
            }
        }

        return union.Count == 0 ? PrintWord("any"u8) : union.Form;
    }

    private Form PrintNamedType(JsonElement name, JsonElement schema, int indent)
    {
        if (IsWord(name, "object"u8))
        {
            return PrintObject(schema, indent);
        }

        if (IsWord(name, "array"u8))
        {
            return PrintArray(schema, indent);
        }

        if (IsWord(name, "null"u8))
        {
            PrintWord("null"u8);
            return Form.HasNull;
        }

        return PrintWord(
            IsWord(name, "string"u8) ? "string"u8
            : IsWord(name, "number"u8) || IsWord(name, "integer"u8) ? "number"u8
            : IsWord(name, "boolean"u8) ? "boolean"u8
            : "any"u8);
    }

    private Form PrintArray(JsonElement schema, int indent)
    {
        bool hasItems = TryGet(schema, "items"u8, out JsonElement items);
        if (TryGetArray(schema, "prefixItems"u8, out JsonElement first))
        {
            return PrintTuple(first, hasItems, items, indent);
        }

        if (hasItems && items.ValueKind == JsonValueKind.Array)
        {
            bool hasRest = TryGet(schema, "additionalItems"u8, out JsonElement rest);
            return PrintTuple(items, hasRest, rest, indent);
        }

        if (!hasItems)
        {
            return PrintWord("Array<any>"u8);
        }

        PrintElement(items, indent);
        return Form.Plain;
    }

    /// <summary>The types of the first items, and of any more if the schema speaks of them.</summary>
    private Form PrintTuple(JsonElement first, bool hasRest, JsonElement rest, int indent)
    {
        var items = new SectionJoiner(_text, ", "u8);
        _text.Append((byte)'[');
        foreach (JsonElement item in first.EnumerateArray())
        {
            items.Next();
            int start = _text.Length;
            Enclose(start, (PrintChild(item, indent) & Form.Union) != 0);
        }

        if (hasRest && rest.ValueKind != JsonValueKind.False)
        {
            items.Next();
            _text.Append("..."u8);
            PrintElement(rest, indent);
        }

        _text.Append((byte)']');
        return Form.Plain;
    }

    private void PrintElement(JsonElement schema, int indent)
    {
        int start = _text.Length;
        Form form = PrintChild(schema, indent);
        Enclose(start, (form & (Form.Union | Form.Intersection)) != 0);
        _text.Append("[]"u8);
    }

    /// <summary>JSON values are types as they are, strings with the escapes that they need.</summary>
    private Form PrintLiteral(JsonElement value)
    {
        PrintWord(JsonMarshal.GetRawUtf8Value(value));
        return value.ValueKind == JsonValueKind.Null ? Form.HasNull : Form.Plain;
    }

    private Form PrintLiterals(JsonElement values)
    {
        var union = new UnionInLine(_text);
        foreach (JsonElement value in values.EnumerateArray())
        {
            union.Begin();
            union.End(PrintLiteral(value));
        }

        return union.Count == 0 ? PrintWord("never"u8) : union.Form;
    }

    private Form PrintWord(ReadOnlySpan<byte> word)
    {
        _text.Append(word);
        return Form.Plain;
    }

    private void Enclose(int start, bool encloses)
    {
        if (encloses)
        {
            _text.Insert(start, (byte)'(');
            _text.Append((byte)')');
        }
    }
}
