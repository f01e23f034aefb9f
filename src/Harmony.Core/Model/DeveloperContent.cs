using System.Text.Json.Serialization;

namespace Harmony.Core;

/// <summary>The content of a developer message: instructions, function tools, and the formats of answers.
/// Immutable.</summary>
/// <example><code>
/// var content = new DeveloperContent { Instructions = "Be brief." }.WithFunctionTools(
///     new ToolDescription("get_time", "The current time."));
/// </code></example>
[JsonConverter(typeof(HarmonyJsonConverter))]
public sealed record DeveloperContent : Content
{
    /// <summary>Gets the instructions, which other formats call the system prompt; null for none.</summary>
    public string? Instructions { get; init; }

    /// <summary>Gets the tools that the application offers; null for none.</summary>
    public ToolNamespaceCollection? Tools { get; init; }

    /// <summary>Gets the formats that the answer may have, written after the tools; empty for none. They come
    /// from the format's guide; the reference does not have them.</summary>
    public ValueList<ResponseFormat> ResponseFormats { get; init; }

    /// <summary>Returns a copy with one more tool namespace; it replaces one of the same name.</summary>
    public DeveloperContent WithTools(ToolNamespace tools) =>
        this with { Tools = Tools is null ? [tools] : Tools.With(tools) };

    /// <summary>Returns a copy with these functions as the namespace <c>functions</c>.</summary>
    public DeveloperContent WithFunctionTools(params ReadOnlySpan<ToolDescription> tools) =>
        WithTools(ToolNamespace.Functions(tools));

    /// <summary>Gets whether functions are offered, so that the system message must say where calls go:
    /// whether the namespace with the key <c>functions</c> has a tool.</summary>
    internal bool HasFunctionTools =>
        Tools is not null && Tools.TryGet(ToolNamespace.FunctionsName, out ToolNamespace? functions)
            && !functions.Tools.IsEmpty;
}
