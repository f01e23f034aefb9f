namespace Harmony.Core.Rendering;

/// <summary>What a message means for the rendering of others.</summary>
[Flags]
internal enum MessageTraits : byte
{
    None = 0,

    /// <summary>On the channel analysis, so that it may be left out.</summary>
    Analysis = 1,

    /// <summary>On the channel final.</summary>
    Final = 2,

    /// <summary>By the assistant.</summary>
    Assistant = 4,

    /// <summary>Offers functions, so that system contents must say where calls go.</summary>
    OffersFunctions = 8,

    /// <summary>Has a system content, whose text depends on whether functions are offered.</summary>
    System = 16,
}
