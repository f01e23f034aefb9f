namespace Harmony.OpenAI;

/// <summary>The function of a call, and its arguments. Immutable.</summary>
public sealed class ChatFunctionCall
{
    /// <summary>The name, without a namespace; in a stream only in the call's first part.</summary>
    public string? Name { get; init; }

    /// <summary>The arguments as the model wrote them: JSON in most cases. In a stream, the next part of
    /// them.</summary>
    public string? Arguments { get; init; }
}
