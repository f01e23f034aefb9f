namespace Harmony.Core.Parsing;

/// <summary>What is known about a header before it is read.</summary>
/// <param name="Router">Knows which words name tools.</param>
/// <param name="ImpliedRole">The role if the header names none.</param>
/// <param name="Start">How the header begins.</param>
internal readonly record struct HeaderContext(ToolRouter Router, Role ImpliedRole, HeaderStart Start)
{
    /// <summary>Whether something other than a message marker ended the header, so that it may turn into
    /// content.</summary>
    public bool IsBroken { get; init; }

    /// <summary>Whether the end of the stream ended the header.</summary>
    public bool IsStreamEnd { get; init; }
}
