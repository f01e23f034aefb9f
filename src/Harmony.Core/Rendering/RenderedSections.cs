namespace Harmony.Core.Rendering;

/// <summary>What of system and developer contents is rendered once and then copied.</summary>
internal sealed class RenderedSections
{
    /// <summary>Those of both dialects: contents read the same in both.</summary>
    public static readonly RenderedSections Shared = new();

    private readonly SectionCache<SystemContent> _systems = new(admitsAtOnce: false);
    private readonly SectionCache<SystemContent> _systemsBesideFunctions = new(admitsAtOnce: false);
    private readonly SectionCache<ToolNamespaceCollection> _lastTools = new(admitsAtOnce: true);
    private readonly SectionCache<ToolNamespaceCollection> _toolsBeforeMore = new(admitsAtOnce: true);

    /// <summary>Tools sections, which either are a text's last or end with the blank line before the next
    /// section: its line feeds may be one token with the end of the section.</summary>
    public SectionCache<ToolNamespaceCollection> Tools(bool isLast) =>
        isLast ? _lastTools : _toolsBeforeMore;

    /// <summary>Whole system contents, whose text depends on whether the conversation offers
    /// functions.</summary>
    public SectionCache<SystemContent> Systems(bool hasFunctionTools) =>
        hasFunctionTools ? _systemsBesideFunctions : _systems;

    /// <summary>Finds tools that equal a content's and were rendered before.</summary>
    public ToolNamespaceCollection? FindTools(Content content) => content switch
    {
        SystemContent system => (_systems.FindKey(system, system.GetHashCode())
            ?? _systemsBesideFunctions.FindKey(system, system.GetHashCode()))?.Tools,
        DeveloperContent { Tools: { } tools } developer =>
            Tools(isLast: developer.ResponseFormats.IsEmpty).FindKey(tools, tools.GetHashCode()),
        _ => null,
    };
}
