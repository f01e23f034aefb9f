using System.Text.Json.Serialization;

namespace Harmony.Core;

/// <summary>
/// What a system message tells the model: identity, dates, reasoning effort, built-in tools, channels. Every
/// part can be absent and is then not written; <see cref="Default"/> has the parts that gpt-oss was trained
/// with.
/// </summary>
[JsonConverter(typeof(HarmonyJsonConverter))]
public sealed record SystemContent : Content
{
    /// <summary>The default identity.</summary>
    public const string DefaultModelIdentity = "You are ChatGPT, a large language model trained by OpenAI.";

    /// <summary>The default knowledge cutoff.</summary>
    public const string DefaultKnowledgeCutoff = "2024-06";

    /// <summary>The default identity, knowledge cutoff and channels, with medium effort; no date, no
    /// tools.</summary>
    public static SystemContent Default { get; } = new()
    {
        ModelIdentity = DefaultModelIdentity,
        ReasoningEffort = Core.ReasoningEffort.Medium,
        KnowledgeCutoff = DefaultKnowledgeCutoff,
        ChannelConfig = ChannelConfig.Default,
    };

    /// <summary>Who the model is told to be.</summary>
    public string? ModelIdentity { get; init; }

    /// <summary>How long the model may think.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no effort.</exception>
    public ReasoningEffort? ReasoningEffort
    {
        get;
        init => field = value is ReasoningEffort effort ? Defined.OrThrow(effort, nameof(value)) : null;
    }

    /// <summary>Tool namespaces, such as the built-in browser and python tools.</summary>
    public ToolNamespaceCollection? Tools { get; init; }

    /// <summary>When the conversation takes place, such as <c>2025-06-28</c>; written as it is.</summary>
    public string? ConversationStartDate { get; init; }

    /// <summary>Until when the model's knowledge reaches, such as <c>2024-06</c>; written as it is.</summary>
    public string? KnowledgeCutoff { get; init; }

    /// <summary>The channels that the model may use.</summary>
    public ChannelConfig? ChannelConfig { get; init; }

    /// <summary>This content with these channels, one of which every message must have.</summary>
    public SystemContent WithRequiredChannels(params ReadOnlySpan<string> channels) =>
        this with { ChannelConfig = ChannelConfig.Require(channels) };

    /// <summary>This content with one more tool namespace; one with the same key is replaced.</summary>
    public SystemContent WithTools(ToolNamespace tools) =>
        this with { Tools = Tools is null ? [tools] : Tools.With(tools) };

    /// <summary>This content with the built-in browser tool.</summary>
    public SystemContent WithBrowserTool() => WithTools(ToolNamespace.Browser);

    /// <summary>This content with the built-in python tool.</summary>
    public SystemContent WithPythonTool() => WithTools(ToolNamespace.Python);
}
