namespace Harmony.Core.Tests.Serialization;

/// <summary>A document of somebody else, with a member for every type of the model.</summary>
public sealed record ModelDocument
{
    public Conversation? Conversation { get; init; }

    public Message? Message { get; init; }

    public Author Author { get; init; }

    public Content? Content { get; init; }

    public TextContent? TextContent { get; init; }

    public SystemContent? SystemContent { get; init; }

    public DeveloperContent? DeveloperContent { get; init; }

    public ChannelConfig? ChannelConfig { get; init; }

    public ResponseFormat? ResponseFormat { get; init; }

    public ToolNamespaceCollection? Tools { get; init; }

    public ToolNamespace? Namespace { get; init; }

    public ToolDescription? Tool { get; init; }

    public JsonSchema? Schema { get; init; }

    public Role Role { get; init; }

    public ReasoningEffort? Effort { get; init; }

    public SchemaStyle Style { get; init; }
}
