namespace Harmony.Core.Parsing;

/// <summary>How a header begins.</summary>
internal enum HeaderStart
{
    /// <summary>In the prompt, which has the start marker and the role.</summary>
    InPrompt,

    /// <summary>With a start marker.</summary>
    Marker,

    /// <summary>Without the start marker that should be there.</summary>
    Missing,
}
