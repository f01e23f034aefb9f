namespace Harmony.Core.Parsing;

/// <summary>What is wrong with a header.</summary>
internal enum HeaderFault
{
    None,

    /// <summary>Nothing names a role.</summary>
    NoRole,

    /// <summary>The first word is no role, and nothing suggests that it is a tool's name.</summary>
    UnknownRole,

    /// <summary>A channel marker without a channel.</summary>
    NoChannelValue,

    /// <summary>More words than a header has places for.</summary>
    WordsLeft,
}
