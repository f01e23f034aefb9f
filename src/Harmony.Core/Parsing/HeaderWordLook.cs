namespace Harmony.Core.Parsing;

/// <summary>What a word before a header's first marker looks like.</summary>
internal enum HeaderWordLook
{
    /// <summary>Not part of a header.</summary>
    Text,

    /// <summary>Part of a header if all words around it are.</summary>
    Weak,

    /// <summary>The role whose turn it is.</summary>
    Role,

    /// <summary>Another author right after a start marker. Its header is read as it is, so nothing in it can
    /// speak for the assistant.</summary>
    Other,

    /// <summary>A recipient with its prefix.</summary>
    Recipient,

    /// <summary>A recipient with its prefix that names a tool.</summary>
    Tool,
}
