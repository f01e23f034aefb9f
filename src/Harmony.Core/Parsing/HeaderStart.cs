namespace Harmony.Core.Parsing;

/// <summary>How a header begins.</summary>
internal enum HeaderStart
{
    /// <summary>The prompt has written the start marker and the role.</summary>
    InPrompt,

    /// <summary>With a start marker.</summary>
    Marker,

    /// <summary>Without the start marker that should be there.</summary>
    Missing,
}
