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
        WriteLines(tools.Description, hasTools ? "\n// "u8 : "\n"u8, text);
        if (!hasTools)
        {
            return;
        }

        text.Append("\nnamespace "u8);
        text.Append(tools.Name);
        text.Append(" {\n"u8);
        foreach (ToolDescription tool in tools.Tools)
        {
            WriteTool(tool, text);
        }

        text.Append("\n} // namespace "u8);
        text.Append(tools.Name);
    }

    private static void WriteTool(ToolDescription tool, Utf8TextBuilder text)
    {
        WriteLines(tool.Description, "\n// "u8, text);
        text.Append("\ntype "u8);
        text.Append(tool.Name);
        if (tool.Parameters is null)
        {
            text.Append(" = () => any;\n"u8);
            return;
        }

        text.Append(" = (_: "u8);
        text.Append(tool.Parameters.TypeScriptUtf8);
        text.Append(") => any;\n"u8);
    }

    /// <summary>Writes each line behind a prefix. A carriage return before a line feed belongs to the line's
    /// end, and what follows the last line feed is a line only if there is something.</summary>
    private static void WriteLines(
        ReadOnlySpan<char> description, ReadOnlySpan<byte> prefix, Utf8TextBuilder text)
    {
        while (!description.IsEmpty)
        {
            int end = description.IndexOf('\n');
            ReadOnlySpan<char> line = end < 0 ? description : description[..end];
            if (end >= 0 && line.EndsWith('\r'))
            {
                line = line[..^1];
            }

            text.Append(prefix);
            text.Append(line);
            description = end < 0 ? default : description[(end + 1)..];
        }
    }
}
