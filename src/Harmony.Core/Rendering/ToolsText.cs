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
        text.Append("\ntype "u8);
        text.Append(tool.Name);
        if (tool.Parameters is null)
        {
            text.Append(" = () => any;\n"u8);
            return;
        }

        text.Append(" = (_: "u8);
        text.Append(tool.Parameters.TypeScriptUtf8(style));
        text.Append(") => any;\n"u8);
    }
}
