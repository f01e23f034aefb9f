using Harmony.Core.Text;

namespace Harmony.Core.Rendering;

/// <summary>Writes the section <c># Response Formats</c> of developer contents, as the format's guide has
/// it.</summary>
internal static class ResponseFormatsText
{
    public static void Write(ValueList<ResponseFormat> formats, Utf8TextBuilder text)
    {
        text.Append("# Response Formats"u8);
        foreach (ResponseFormat format in formats)
        {
            text.Append("\n\n## "u8);
            text.Append(format.Name);
            text.Append((byte)'\n');
            DescriptionLines.Write(format.Description, "\n// "u8, text);
            text.Append((byte)'\n');
            text.Append(format.Schema.CanonicalUtf8);
        }
    }
}
