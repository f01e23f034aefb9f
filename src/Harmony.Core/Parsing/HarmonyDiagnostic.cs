namespace Harmony.Core;

/// <summary>What is not as the format wants it. After each the parser goes on as it says here; a completion
/// without any gives the messages that the reference gives.</summary>
public enum HarmonyDiagnostic
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Text between messages. It is skipped.</summary>
    UnexpectedText,

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

    /// <summary>The role's word once more. It counts once.</summary>
    RepeatedRole,

    /// <summary>A word that is no role in a role's place. It is taken for a tool's name.</summary>
    UnknownRole,

    /// <summary>A role with a name, as <c>user:alice</c>, which the reference writes and can't
    /// read.</summary>
    NamedRole,

    /// <summary>A message of the assistant without a channel.</summary>
    MissingChannel,

    /// <summary>A channel's name without the marker in front of it. It counts.</summary>
    MissingChannelMarker,

    /// <summary>A channel marker without a name. The message has no channel.</summary>
    EmptyChannel,

    /// <summary>A second channel. The first known one counts.</summary>
    RepeatedChannel,

    /// <summary>Junk around a channel's name, or a space in front of it. The name alone counts.</summary>
    RepairedChannel,

    /// <summary>A channel that is none of the three. It is kept.</summary>
    UnknownChannel,

    /// <summary>The prefix <c>to=</c> without a recipient.</summary>
    EmptyRecipient,

    /// <summary>A second recipient. The first counts, unless it is a role's word.</summary>
    RepeatedRecipient,

    /// <summary>A tool's name without <c>to=</c>. It is the recipient.</summary>
    BareRecipient,

    /// <summary>A message of the assistant to the assistant. It has no recipient.</summary>
    RecipientIsAuthor,

    /// <summary>A content type without a recipient, which the reference takes for the recipient.</summary>
    ContentTypeWithoutRecipient,

    /// <summary>A second content type. The one with the marker counts, of two such the first.</summary>
    RepeatedContentType,

    /// <summary>A space between the constrain marker and its content type.</summary>
    SpaceAfterConstrain,

    /// <summary>Words in a header that have no place there. They are ignored.</summary>
    UnexpectedWords,

    /// <summary>A marker spelled as text in a header. It is text.</summary>
    SpelledMarker,

    /// <summary>A special token where it means nothing. In content it is spelled, the format's own markers
    /// are left out; in a header it is ignored.</summary>
    UnexpectedSpecialToken,

    /// <summary>An id that is no token's. In content it is one U+FFFD; in a header it is ignored.</summary>
    UnknownId,

    /// <summary>Bytes that are not UTF-8. Each maximal malformed sequence is one U+FFFD.</summary>
    InvalidUtf8,
}
