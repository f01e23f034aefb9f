namespace Harmony.Core.Parsing;

/// <summary>Why the reference refuses a header.</summary>
internal enum HeaderFault
{
    None,

    /// <summary>No word names a role.</summary>
    NoRole,

    /// <summary>The first word is not a role, and nothing suggests that it is a tool's name.</summary>
    UnknownRole,

    /// <summary>A channel marker has no channel after it.</summary>
    NoChannelValue,

    /// <summary>There are more words than a header has places for.</summary>
    WordsLeft,
}
