using System.Text.Json.Serialization;

namespace Harmony.Core;

/// <summary>What a developer message tells the model: instructions, function tools, and the formats of
/// answers.</summary>
[JsonConverter(typeof(HarmonyJsonConverter))]
public sealed record DeveloperContent : Content
{
    /// <summary>The instructions, what other formats call the system prompt; null for none.</summary>
    public string? Instructions { get; init; }

    /// <summary>The tools that the application offers; null for none.</summary>
    public ToolNamespaceCollection? Tools { get; init; }

    /// <summary>The formats that the answer may have, written after the tools; empty for none. The
    /// reference does not know them, its guide does: JSON without them is the reference's.</summary>
    public ValueList<ResponseFormat> ResponseFormats { get; init; }

    /// <summary>This content with one more tool namespace; one with the same key is replaced.</summary>
    public DeveloperContent WithTools(ToolNamespace tools) =>
        this with { Tools = Tools is null ? [tools] : Tools.With(tools) };

    /// <summary>This content with these functions as the namespace <c>functions</c>.</summary>
    public DeveloperContent WithFunctionTools(params ReadOnlySpan<ToolDescription> tools) =>
        WithTools(ToolNamespace.Functions(tools));

    /// <summary>Whether functions are offered, so that the system message must say where calls go: a
    /// namespace with the key <c>functions</c> that holds at least one tool.</summary>
    internal bool HasFunctionTools =>
        Tools is not null && Tools.TryGet(ToolNamespace.FunctionsName, out ToolNamespace? functions)
            && !functions.Tools.IsEmpty;
}
