using Harmony.Core.Schemas;
using Harmony.Core.Text;

namespace Harmony.Core.Rendering;

/// <summary>Writes the section <c># Tools</c> of system and developer contents.</summary>
internal static class ToolsText
{
    public static void Write(ToolNamespaceCollection namespaces, Utf8TextBuilder text)
    {
        text.Append("# Tools"u8);
        foreach (ToolNamespace one in namespaces.Values)
        {
            text.Append("\n\n"u8);
            WriteNamespace(one, text);
        }
    }

    /// <summary>Prints the types of all parameters.</summary>
    /// <returns>The bytes that the longest needs; 0 if no tool has parameters.</returns>
    /// <exception cref="HarmonyRenderException">A type needs more than
    /// <paramref name="maxLength"/>.</exception>
    public static int MeasureLongestType(ToolNamespaceCollection namespaces, int maxLength, int messageIndex)
    {
        int longest = 0;
        foreach (ToolNamespace one in namespaces.Values)
        {
            foreach (ToolDescription tool in one.Tools)
            {
                if (tool.Parameters is JsonSchema schema)
                {
                    PrintedType type = schema.TryGetType(one.SchemaStyle, maxLength)
                        ?? throw HarmonyRenderException.SchemaTooLong(
                            $"the tool {one.Name}.{tool.Name}", maxLength, messageIndex);
                    longest = Math.Max(longest, type.PeakLength);
                }
            }
        }

        return longest;
    }

    private static void WriteNamespace(ToolNamespace tools, Utf8TextBuilder text)
    {
        text.Append("## "u8);
        text.Append(tools.Name);
        text.Append((byte)'\n');
        bool hasTools = !tools.Tools.IsEmpty;
        DescriptionLines.Write(tools.Description, hasTools ? "\n// "u8 : "\n"u8, text);
        if (!hasTools)
        {
            return;
        }

        text.Append("\nnamespace "u8);
        text.Append(tools.Name);
        text.Append(" {\n"u8);
        foreach (ToolDescription tool in tools.Tools)
        {
            WriteTool(tool, tools.SchemaStyle, text);
        }

        text.Append("\n} // namespace "u8);
        text.Append(tools.Name);
    }

    private static void WriteTool(ToolDescription tool, SchemaStyle style, Utf8TextBuilder text)
    {
        DescriptionLines.Write(tool.Description, "\n// "u8, text);
        PrintedType? type = tool.Parameters?.TryGetType(style);
        if (type is { TakesNothing: true, Comments.IsEmpty: false })
        {
            text.Append((byte)'\n');
            text.Append(type.Comments[..^1]);
        }

        text.Append("\ntype "u8);
        text.Append(tool.Name);
        if (type is null or { TakesNothing: true })
        {
            text.Append(" = () => any;\n"u8);
            return;
        }

        text.Append(" = (_: "u8);
        text.Append(type.Utf8);
        text.Append(") => any;\n"u8);
    }
}
