namespace Harmony.Core.Parsing;

/// <summary>What a word of a header may be, by where it stands.</summary>
internal enum HeaderPlace
{
    /// <summary>The role: the beginning of the header.</summary>
    Role,

    /// <summary>The role once more, or a channel without its marker.</summary>
    AfterRole,

    /// <summary>The channel: after its marker.</summary>
    Channel,

    /// <summary>The content type: after the constrain marker.</summary>
    ContentType,

    /// <summary>Anything else.</summary>
    Any,
}
