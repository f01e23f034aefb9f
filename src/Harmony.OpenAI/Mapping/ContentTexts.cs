namespace Harmony.OpenAI.Mapping;

/// <summary>Reads the texts of content, and refuses everything that is no text.</summary>
internal static class ContentTexts
{
    /// <summary>Reads texts.</summary>
    /// <returns>The text of each part; empty for no content.</returns>
    public static IReadOnlyList<string> Read(IReadOnlyList<ContentPart>? parts, string path)
    {
        if (parts is null)
        {
            return [];
        }

        var texts = new string[parts.Count];
        for (int i = 0; i < texts.Length; i++)
        {
            string place = $"{path}[{i}]";
            ContentPart part = parts[i] ?? throw Refusals.Missing(place);
            texts[i] = part.Type switch
            {
                "text" or "input_text" or "output_text" or "reasoning_text" or "summary_text" =>
                    part.Text ?? throw Refusals.Missing($"{place}.text"),
                "refusal" => part.Refusal ?? throw Refusals.Missing($"{place}.refusal"),
                null => throw Refusals.Missing($"{place}.type"),
                "image_url" or "input_image" => throw Refusals.Unsupported(
                    $"{place}.type", "gpt-oss reads no images. Describe the image in a text part."),
                "input_audio" => throw Refusals.Unsupported(
                    $"{place}.type", "gpt-oss hears no audio. Send a transcript in a text part."),
                "file" or "input_file" => throw Refusals.Unsupported(
                    $"{place}.type", "files are not read. Send the file's text in a text part."),
                _ => throw Refusals.Unsupported($"{place}.type", $"'{part.Type}' is no text part."),
            };
        }

        return texts;
    }

    /// <summary>Reads texts that must be there.</summary>
    public static IReadOnlyList<string> ReadRequired(IReadOnlyList<ContentPart>? parts, string path) =>
        parts is null ? throw Refusals.Missing(path) : Read(parts, path);
}
