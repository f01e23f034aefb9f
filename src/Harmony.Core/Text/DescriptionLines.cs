namespace Harmony.Core.Text;

/// <summary>Writes descriptions line by line.</summary>
internal static class DescriptionLines
{
    /// <summary>Writes each line after a prefix. A carriage return before a line feed belongs to the line's
    /// end, and what follows the last line feed is a line only if there is something.</summary>
    public static void Write(
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
