namespace Harmony.Core.Rendering;

/// <summary>Writes a developer content as the one text that is tokenized.</summary>
internal static class DeveloperText
{
    public static void Write(DeveloperContent content, Utf8TextBuilder text)
    {
        var sections = new SectionJoiner(text, "\n\n"u8);
        if (content.Instructions is not null)
        {
            sections.Next();
            text.Append("# Instructions\n\n"u8);
            text.Append(content.Instructions);
        }

        if (content.Tools is { Count: > 0 } tools)
        {
            sections.Next();
            ToolsText.Write(tools, text);
        }
    }
}
