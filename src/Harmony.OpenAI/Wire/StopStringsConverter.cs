namespace Harmony.OpenAI;

/// <summary>Reads stop strings: one or several.</summary>
internal sealed class StopStringsConverter : TextOrListConverter<string>
{
    protected override string FromText(string text) => text;

    protected override string? ToText(string item) => null;
}
