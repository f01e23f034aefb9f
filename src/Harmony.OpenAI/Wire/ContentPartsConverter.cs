namespace Harmony.OpenAI;

/// <summary>Reads content: a text or parts.</summary>
internal sealed class ContentPartsConverter : TextOrListConverter<ContentPart>
{
    protected override ContentPart FromText(string text) => ContentPart.OfText(text);

    protected override string? ToText(ContentPart item) => item.Type == "text" ? item.Text : null;
}
