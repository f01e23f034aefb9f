namespace InferenceServer.Playground;

/// <summary>Something that a parser tells.</summary>
internal sealed record ParseEvent
{
    /// <summary>How many ids had come when it was told; one more than there are at the end of the
    /// stream.</summary>
    public required int At { get; init; }

    /// <summary>What it is: <c>header</c>, <c>delta</c>, <c>end</c>, <c>stop_string</c>, <c>skipped</c>,
    /// <c>diagnostic</c>, or <c>error</c>, after which nothing is read.</summary>
    public required string Kind { get; init; }

    /// <summary>The message's position in the completion.</summary>
    public int Message { get; init; }

    /// <summary>The role. Only a header has it and the other members of a header, which may be
    /// long.</summary>
    public string? Role { get; init; }

    public string? Name { get; init; }

    public string? Channel { get; init; }

    public string? Recipient { get; init; }

    public string? ContentType { get; init; }

    /// <summary>Whom the message is for; null where the parser does not say.</summary>
    public string? Route { get; init; }

    /// <summary>The text, or what is wrong.</summary>
    public string? Text { get; init; }

    /// <summary>What the format does not allow, as a word.</summary>
    public string? Diagnostic { get; init; }

    /// <summary>The position of the first id that it is about.</summary>
    public int Start { get; init; }

    /// <summary>How many ids it is about.</summary>
    public int Count { get; init; }
}
