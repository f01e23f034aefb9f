using System.Text.Json;
using static Harmony.Core.SchemaPrinter;

namespace Harmony.Core;

internal sealed partial class ExtendedSchemaPrinter
{
    /// <summary>Variants one a line, as the reference has them, if they have comments or
    /// <paramref name="inLines"/> says so; else on one line.</summary>
    private Form PrintVariants(JsonElement variants, int indent, bool inLines)
    {
        if (inLines || HaveComments(variants))
        {
            return PrintVariantLines(variants, indent, describedAs: null);
        }

        var union = new UnionInLine(_text);
        foreach (JsonElement variant in variants.EnumerateArray())
        {
            union.Begin();
            union.End(PrintType(variant, indent));
        }

        return union.Form;
    }

    private bool HaveComments(JsonElement variants) => variants.EnumerateArray().Any(
        variant => DescriptionOf(variant) is not null || TryGet(variant, "default"u8, out _));

    /// <summary>Each variant begins a line. What follows the last is not in its comment: if it has one, the
    /// next line is begun.</summary>
    private Form PrintVariantLines(JsonElement variants, int indent, string? describedAs)
    {
        var form = Form.Union;
        bool inComment = false;
        foreach (JsonElement variant in variants.EnumerateArray())
        {
            string? description = DescriptionOf(variant);
            description = description == describedAs ? null : description;
            string[] lines = description is null ? [] : LinesOf(description);
            if (lines.Length > 1)
            {
                PrintLinesAbove(lines, indent);
            }

            _text.Append((byte)'\n');
            _text.AppendSpaces(indent);
            _text.Append(" | "u8);
            form |= PrintType(variant, indent + VariantIndent, describe: false) & Form.HasNull;
            inComment = PrintVariantComments(variant, lines.Length == 1 ? lines[0] : null);
        }

        if (inComment)
        {
            _text.Append((byte)'\n');
            _text.AppendSpaces(indent);
        }

        return form;
    }

    private void PrintLinesAbove(string[] lines, int indent)
    {
        foreach (string line in lines)
        {
            _text.Append((byte)'\n');
            _text.AppendSpaces(indent);
            _text.Append(" // "u8);
            _text.Append(line);
        }
    }

    private bool PrintVariantComments(JsonElement variant, string? description)
    {
        if (description is not null)
        {
            _text.Append(" // "u8);
            _text.Append(description);
        }

        bool hasDefault = TryGet(variant, "default"u8, out JsonElement value);
        if (hasDefault)
        {
            _text.Append(description is null ? " // "u8 : " "u8);
            PrintDefault(variant, value);
        }

        return hasDefault || description is not null;
    }

    /// <summary>A schema's description, or that of what it refers to if this is all that it does.</summary>
    private string? DescriptionOf(JsonElement schema)
    {
        for (int hops = 0; hops < MaxReferenceDepth; hops++)
        {
            if (TryGetString(schema, "description"u8, out string? description))
            {
                return description;
            }

            if (TryGetString(schema, "$ref"u8, out string? pointer)
                && _references.Find(pointer!) is { } target)
            {
                schema = target.Schema;
            }
            else if (TryGetArray(schema, "allOf"u8, out JsonElement all) && all.GetArrayLength() == 1)
            {
                schema = all[0];
            }
            else
            {
                return null;
            }
        }

        return null;
    }
}
