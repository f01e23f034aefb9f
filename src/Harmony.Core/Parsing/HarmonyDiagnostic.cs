namespace Harmony.Core;

/// <summary>What is not as the format wants it. After each the parser goes on as it says here; a completion
/// without any gives the messages that the reference gives.</summary>
public enum HarmonyDiagnostic
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Text outside of any message. It is skipped.</summary>
    UnexpectedText,

    /// <summary>Text without a header at the turn's beginning or after <c>&lt;|end|&gt;</c>. It is an answer: a
    /// message without a channel.</summary>
    MissingHeader,

    /// <summary>An end token where no message is open. It is skipped.</summary>
    RedundantEnd,

    /// <summary>A header without its start marker. The role is the given one.</summary>
    MissingStart,

    /// <summary>A start marker in a header that has only just begun. It begins the header again.</summary>
    RepeatedStart,

    /// <summary>A start or channel marker in content. It ends the message and begins the next.</summary>
    MissingEnd,

    /// <summary>A message that ends with <c>&lt;|endoftext|&gt;</c>.</summary>
    EndOfText,

    /// <summary>An end token in a header. What looks like no header is the message's text.</summary>
    EndInHeader,

    /// <summary>A start marker in a header. What looks like no header is a message's text.</summary>
    StartInHeader,

    /// <summary>The stream ends in a header. What looks like no header is a message's text.</summary>
    HeaderCutOff,

    /// <summary>A header of more than 128 ids. What looks like no header is the message's text.</summary>
    HeaderTooLong,

    /// <summary>A header without a role. It is the given one.</summary>
    MissingRole,

    /// <summary>The role's word once more. It is ignored.</summary>
    RepeatedRole,

    /// <summary>A word that is no role in a role's place. It is taken for a tool's name.</summary>
    UnknownRole,

    /// <summary>A role with a name, as <c>user:alice</c>, which the reference writes and can't
    /// read.</summary>
    NamedRole,

    /// <summary>A message of the assistant without a channel.</summary>
    MissingChannel,

    /// <summary>A channel's name without its marker. It is the channel.</summary>
    MissingChannelMarker,

    /// <summary>A channel marker without a name. The message has no channel.</summary>
    EmptyChannel,

    /// <summary>A second channel. The first known one is taken.</summary>
    RepeatedChannel,

    /// <summary>Junk around a channel's name, or a space before it. It is left out.</summary>
    RepairedChannel,

    /// <summary>A channel that is none of the three. It is kept.</summary>
    UnknownChannel,

    /// <summary>The prefix <c>to=</c> without a recipient.</summary>
    EmptyRecipient,

    /// <summary>A second recipient. The first with <c>to=</c> is taken, unless it is a role's word.</summary>
    RepeatedRecipient,

    /// <summary>A tool's name without <c>to=</c>. It is the recipient.</summary>
    BareRecipient,

    /// <summary>A message of the assistant to the assistant. It has no recipient.</summary>
    RecipientIsAuthor,

    /// <summary>A content type without a recipient, which the reference takes for the recipient.</summary>
    ContentTypeWithoutRecipient,

    /// <summary>A second content type. The one with the marker is taken, of two such the first.</summary>
    RepeatedContentType,

    /// <summary>A space between the constrain marker and its content type.</summary>
    SpaceAfterConstrain,

    /// <summary>Words in a header that have no place there. They are ignored.</summary>
    UnexpectedWords,

    /// <summary>A marker spelled as text: any in a header, or that of the channel <c>final</c> in the chain of
    /// thought, which may hide an answer. It is text.</summary>
    SpelledMarker,

    /// <summary>White space in a header that is not ASCII, or a character without width. It separates words as
    /// any white space does.</summary>
    UnusualSpace,

    /// <summary>A recipient that follows the role without a space. It is read as if there were one.</summary>
    MissingSpace,

    /// <summary>A special token where it means nothing. In content it is spelled, the format's own markers
    /// are left out; in a header it is ignored.</summary>
    UnexpectedSpecialToken,

    /// <summary>An id that is no token's. In content it is one U+FFFD; in a header it is ignored.</summary>
    UnknownId,

    /// <summary>Bytes that are not UTF-8. Each maximal malformed sequence is one U+FFFD.</summary>
    InvalidUtf8,
}
