using System.Text.Json.Serialization;

namespace Harmony.Core;

/// <summary>
/// The content of a system message: the model's identity, dates, reasoning effort, built-in tools and
/// channels. A part that is null is not written; <see cref="Default"/> has the parts that gpt-oss was trained
/// with. Immutable.
/// </summary>
/// <example><code>
/// SystemContent content = SystemContent.Default.WithBrowserTool() with { ReasoningEffort = ReasoningEffort.High };
/// </code></example>
[JsonConverter(typeof(HarmonyJsonConverter))]
public sealed record SystemContent : Content
{
    /// <summary>The default identity.</summary>
    public const string DefaultModelIdentity = "You are ChatGPT, a large language model trained by OpenAI.";

    /// <summary>The default knowledge cutoff.</summary>
    public const string DefaultKnowledgeCutoff = "2024-06";

    /// <summary>Gets the default identity, knowledge cutoff and channels, with medium effort; no date, no
    /// tools.</summary>
    public static SystemContent Default { get; } = new()
    {
        ModelIdentity = DefaultModelIdentity,
        ReasoningEffort = Core.ReasoningEffort.Medium,
        KnowledgeCutoff = DefaultKnowledgeCutoff,
        ChannelConfig = ChannelConfig.Default,
    };

    /// <summary>Gets who the model is told to be.</summary>
    public string? ModelIdentity { get; init; }

    /// <summary>Gets how long the model may think.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no effort.</exception>
    public ReasoningEffort? ReasoningEffort
    {
        get;
        init => field = value is ReasoningEffort effort ? Defined.OrThrow(effort, nameof(value)) : null;
    }

    /// <summary>Gets the tool namespaces, such as the built-in browser and python tools.</summary>
    public ToolNamespaceCollection? Tools { get; init; }

    /// <summary>Gets the date of the conversation, such as <c>2025-06-28</c>; written as it is.</summary>
    public string? ConversationStartDate { get; init; }

    /// <summary>Gets the end of the model's knowledge, such as <c>2024-06</c>; written as it is.</summary>
    public string? KnowledgeCutoff { get; init; }

    /// <summary>Gets the channels that the model may use.</summary>
    public ChannelConfig? ChannelConfig { get; init; }

    /// <summary>Returns a copy that demands one of these channels in every message.</summary>
    public SystemContent WithRequiredChannels(params ReadOnlySpan<string> channels) =>
        this with { ChannelConfig = ChannelConfig.Require(channels) };

    /// <summary>Returns a copy with one more tool namespace; it replaces one of the same name.</summary>
    public SystemContent WithTools(ToolNamespace tools) =>
        this with { Tools = Tools is null ? [tools] : Tools.With(tools) };

    /// <summary>Returns a copy with the built-in browser tool.</summary>
    public SystemContent WithBrowserTool() => WithTools(ToolNamespace.Browser);

    /// <summary>Returns a copy with the built-in python tool.</summary>
    public SystemContent WithPythonTool() => WithTools(ToolNamespace.Python);
}
