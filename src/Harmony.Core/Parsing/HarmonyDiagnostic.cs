namespace Harmony.Core;

/// <summary>What the format does not allow, and how the parser goes on. A completion without diagnostics
/// gives the messages that the reference reads from it.</summary>
public enum HarmonyDiagnostic
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Text outside of any message. It is skipped.</summary>
    UnexpectedText,

    /// <summary>Text without a header, at the beginning of a turn or after <c>&lt;|end|&gt;</c>. It is an
    /// answer: a message without a channel.</summary>
    MissingHeader,

    /// <summary>An end token where no message is open. It is skipped.</summary>
    RedundantEnd,

    /// <summary>A header without its start marker. The role is the one that the prompt ended with.</summary>
    MissingStart,

    /// <summary>A start marker in a header that has just begun. The header begins again.</summary>
    RepeatedStart,

    /// <summary>A start or channel marker in content. It ends the message and begins the next.</summary>
    MissingEnd,

    /// <summary>A message that <c>&lt;|endoftext|&gt;</c> ends.</summary>
    EndOfText,

    /// <summary>An end token in a header. What does not look like a header is the message's text.</summary>
    EndInHeader,

    /// <summary>A start marker in a header. What does not look like a header is a message's text.</summary>
    StartInHeader,

    /// <summary>The stream ends in a header. What does not look like a header is a message's text.</summary>
    HeaderCutOff,

    /// <summary>A header of 128 ids without its message marker. What does not look like a header is the
    /// message's text.</summary>
    HeaderTooLong,

    /// <summary>A header without a role. The role is the one that the prompt ended with.</summary>
    MissingRole,

    /// <summary>The role's word once more. It is ignored.</summary>
    RepeatedRole,

    /// <summary>A word in a role's place that is not a role. It is read as a tool's name.</summary>
    UnknownRole,

    /// <summary>A role with a name, as in <c>user:alice</c>, which the reference writes but can't
    /// read.</summary>
    NamedRole,

    /// <summary>A message of the assistant without a channel.</summary>
    MissingChannel,

    /// <summary>A channel without its marker. It is the channel.</summary>
    MissingChannelMarker,

    /// <summary>A channel marker without a channel. The message has none.</summary>
    EmptyChannel,

    /// <summary>A second channel. The first known one is taken.</summary>
    RepeatedChannel,

    /// <summary>Junk around a channel, or a space before it. It is left out.</summary>
    RepairedChannel,

    /// <summary>A channel other than the format's three. It is kept.</summary>
    UnknownChannel,

    /// <summary>The prefix <c>to=</c> without a recipient.</summary>
    EmptyRecipient,

    /// <summary>A second recipient. The first with <c>to=</c> is taken, unless it is a role.</summary>
    RepeatedRecipient,

    /// <summary>A tool's name without <c>to=</c>. It is the recipient.</summary>
    BareRecipient,

    /// <summary>A message of the assistant to the assistant. It has no recipient.</summary>
    RecipientIsAuthor,

    /// <summary>A content type without a recipient, which the reference reads as the recipient.</summary>
    ContentTypeWithoutRecipient,

    /// <summary>A second content type. The first with the marker is taken.</summary>
    RepeatedContentType,

    /// <summary>A space between the constrain marker and its content type.</summary>
    SpaceAfterConstrain,

    /// <summary>Words in a header that have no place there. They are ignored.</summary>
    UnexpectedWords,

    /// <summary>A marker spelled as text: any marker in a header, or the one of the channel <c>final</c> in
    /// the chain of thought, which may hide an answer. It is text.</summary>
    SpelledMarker,

    /// <summary>White space in a header that is not ASCII, or a character without width. It separates
    /// words.</summary>
    UnusualSpace,

    /// <summary>A recipient right after the role, without a space. It is read as if there were one.</summary>
    MissingSpace,

    /// <summary>A special token that means nothing where it stands. In content, the format's own markers are
    /// left out and any other is spelled; in a header it is ignored.</summary>
    UnexpectedSpecialToken,

    /// <summary>An id that is no token's. In content it is one U+FFFD; in a header it is ignored.</summary>
    UnknownId,

    /// <summary>Bytes that are not UTF-8. Each maximal malformed sequence is one U+FFFD.</summary>
    InvalidUtf8,
}
