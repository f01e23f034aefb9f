namespace Harmony.Core.Parsing;

/// <summary>Describes diagnostics in a few words.</summary>
internal static class DiagnosticTexts
{
    public static string Of(HarmonyDiagnostic diagnostic) => diagnostic switch
    {
        HarmonyDiagnostic.UnexpectedText => "text outside of any message",
        HarmonyDiagnostic.MissingHeader => "an answer without a header",
        HarmonyDiagnostic.RedundantEnd => "an end token where no message is open",
        HarmonyDiagnostic.MissingStart => "a header without its start marker",
        HarmonyDiagnostic.RepeatedStart => "a second start marker",
        HarmonyDiagnostic.MissingEnd => "a message without its end token",
        HarmonyDiagnostic.EndOfText => "a message that ends with <|endoftext|>",
        HarmonyDiagnostic.EndInHeader => "an end token in a header",
        HarmonyDiagnostic.StartInHeader => "a start marker in a header",
        HarmonyDiagnostic.HeaderCutOff => "the stream ends in a header",
        HarmonyDiagnostic.HeaderTooLong => "a header that does not end",
        HarmonyDiagnostic.MissingRole => "a header without a role",
        HarmonyDiagnostic.RepeatedRole => "a role that is there twice",
        HarmonyDiagnostic.UnknownRole => "an unknown role",
        HarmonyDiagnostic.NamedRole => "a role with a name",
        HarmonyDiagnostic.MissingChannel => "a message of the assistant without a channel",
        HarmonyDiagnostic.MissingChannelMarker => "a channel without its marker",
        HarmonyDiagnostic.EmptyChannel => "a channel marker without a channel",
        HarmonyDiagnostic.RepeatedChannel => "a second channel",
        HarmonyDiagnostic.RepairedChannel => "junk around a channel",
        HarmonyDiagnostic.UnknownChannel => "an unknown channel",
        HarmonyDiagnostic.EmptyRecipient => "to= without a recipient",
        HarmonyDiagnostic.RepeatedRecipient => "a second recipient",
        HarmonyDiagnostic.BareRecipient => "a recipient without to=",
        HarmonyDiagnostic.RecipientIsAuthor => "a recipient that is the author",
        HarmonyDiagnostic.ContentTypeWithoutRecipient => "a content type without a recipient",
        HarmonyDiagnostic.RepeatedContentType => "a second content type",
        HarmonyDiagnostic.SpaceAfterConstrain => "a space after the constrain marker",
        HarmonyDiagnostic.UnexpectedWords => "words that have no place in a header",
        HarmonyDiagnostic.SpelledMarker => "a marker that is spelled as text",
        HarmonyDiagnostic.UnusualSpace => "unusual white space in a header",
        HarmonyDiagnostic.MissingSpace => "a recipient without a space before it",
        HarmonyDiagnostic.UnexpectedSpecialToken => "a special token that means nothing here",
        HarmonyDiagnostic.UnknownId => "an id that is no token's",
        HarmonyDiagnostic.InvalidUtf8 => "bytes that are not UTF-8",
        _ => string.Empty,
    };
}
