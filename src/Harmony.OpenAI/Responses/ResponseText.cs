namespace Harmony.OpenAI;

/// <summary>How the answer's text is. Immutable.</summary>
public sealed class ResponseText
{
    /// <summary>The form.</summary>
    public ResponseTextFormat? Format { get; init; }
}
