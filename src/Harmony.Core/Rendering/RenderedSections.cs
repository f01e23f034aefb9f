namespace Harmony.Core.Rendering;

/// <summary>What of system and developer contents is rendered once and then copied.</summary>
internal sealed class RenderedSections
{
    private readonly SectionCache<SystemContent> _systems = new(admitsAtOnce: false);
    private readonly SectionCache<SystemContent> _systemsBesideFunctions = new(admitsAtOnce: false);

    /// <summary>Tools sections, which must be a text's last.</summary>
    public SectionCache<ToolNamespaceCollection> Tools { get; } = new(admitsAtOnce: true);

    /// <summary>Whole system contents, whose text depends on whether the conversation offers
    /// functions.</summary>
    public SectionCache<SystemContent> Systems(bool hasFunctionTools) =>
        hasFunctionTools ? _systemsBesideFunctions : _systems;
}
