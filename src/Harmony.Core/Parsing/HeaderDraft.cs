namespace Harmony.Core.Parsing;

/// <summary>What has been read of a header so far.</summary>
internal struct HeaderDraft
{
    public Author Author;
    public string? Channel;
    public string? Recipient;
    public string? ContentType;

    /// <summary>Whether the header has a channel marker somewhere.</summary>
    public bool HasChannelMarker;

    /// <summary>Whether the content type had its marker.</summary>
    public bool IsContentTypeMarked;

    /// <summary>Whether the role is missing where it should be; a later word may still name it.</summary>
    public bool LacksRole;

    /// <summary>Whether the author is a tool that stood in the role's place.</summary>
    public bool IsToolInRolePlace;

    /// <summary>Whether the prefix of a recipient has come.</summary>
    public bool HasRecipientPrefix;

    /// <summary>Whether the prefix of a recipient was a word of its own, so that the next one is the
    /// recipient.</summary>
    public bool ExpectsRecipient;

    /// <summary>The bare words up to the first prefix of a recipient.</summary>
    public BareWords Bare;

    /// <summary>The bare words after the first prefix of a recipient.</summary>
    public BareWords BareAfterRecipient;
}
