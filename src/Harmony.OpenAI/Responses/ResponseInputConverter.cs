namespace Harmony.OpenAI;

/// <summary>Reads input: a user's text or items.</summary>
internal sealed class ResponseInputConverter : TextOrListConverter<ResponseItem>
{
    protected override ResponseItem FromText(string text) =>
        new() { Type = "message", Role = "user", Content = [ContentPart.OfText(text)] };

    protected override string? ToText(ResponseItem item) => null;
}
