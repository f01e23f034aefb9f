using System.Text;
using System.Text.Json;
using Harmony.Core.Text;
using static Harmony.Core.Schemas.SchemaPrinter;

namespace Harmony.Core.Schemas;

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

    /// <summary>A schema's description, or that of what it refers to if this is all that it does. What is
    /// found through a reference is remembered: many schemas may refer to one that is long to
    /// search.</summary>
    private string? DescriptionOf(JsonElement schema)
    {
        List<SchemaReferences.Target>? passed = null;
        string? description;
        while (!TryGetString(schema, "description"u8, out description))
        {
            if (TryGetString(schema, "$ref"u8, out string? pointer)
                && _references.Find(pointer!) is { } target)
            {
                if (target.IsDescriptionKnown)
                {
                    description = target.Description;
                    break;
                }

                // References in a circle find no description.
                target.IsDescriptionKnown = true;
                (passed ??= []).Add(target);
                schema = target.Schema;
            }
            else if (TryGetArray(schema, "allOf"u8, out JsonElement all) && all.GetArrayLength() == 1)
            {
                schema = all[0];
            }
            else
            {
                break;
            }
        }

        foreach (SchemaReferences.Target target in passed ?? [])
        {
            target.Description = description;
        }

        return description;
    }

    /// <summary>Variants on one line, each of them once.</summary>
    private struct UnionInLine(Utf8TextBuilder text)
    {
        private readonly HashSet<string> _printed = new(StringComparer.Ordinal);
        private int _start;
        private int _typeStart;
        private Form _flags;

        public readonly int Count => _printed.Count;

        public readonly Form Form => Count > 1 ? Form.Union | _flags : _flags;

        public void Begin()
        {
            _start = text.Length;
            text.Append(Count == 0 ? ""u8 : " | "u8);
            _typeStart = text.Length;
        }

        public void End(Form form)
        {
            if (_printed.Add(Encoding.UTF8.GetString(text.Utf8[_typeStart..])))
            {
                _flags |= form & (Form.HasNull | Form.Union);
                _flags |= Count == 1 ? form & Form.Intersection : 0;
            }
            else
            {
                text.Truncate(_start);
            }
        }
    }
}
