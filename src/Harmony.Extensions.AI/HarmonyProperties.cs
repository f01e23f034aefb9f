using Microsoft.Extensions.AI;

namespace Harmony.Extensions.AI;

/// <summary>
/// Names of the additional properties that responses carry, and of one of requests. Their values are strings,
/// so that they survive JSON (as a <see cref="System.Text.Json.JsonElement"/> that holds a string). Keep them
/// with the messages: the next prompt then repeats what the model sampled.
/// </summary>
public static class HarmonyProperties
{
    /// <summary>On a <see cref="ChatMessage"/> and on the last update of a message: the ids that the message
    /// was sampled as, as decimal numbers with a space between them. They are used only while they say the
    /// same as the message; after a change the message is tokenized again.</summary>
    public const string SampledIds = "harmony.sampled_ids";

    /// <summary>On a content: the Harmony channel that it was written on, such as <c>final</c>, or
    /// <c>commentary</c> for a preamble or a call. Reasoning has none. All updates of a message share one
    /// dictionary.</summary>
    public const string Channel = "harmony.channel";

    /// <summary>On a <see cref="ChatMessage"/> and on the last update of a message: what the format does not
    /// allow, a line for each diagnostic, such as <c>MissingHeader at 0: an answer without a header</c>. The
    /// number is the position in the completion, in ids. See docs/resilient-parser.md.</summary>
    public const string Diagnostics = "harmony.diagnostics";

    /// <summary>On a <see cref="ChatMessage"/> and on the last update of a message: what the model wrote
    /// outside of any message, or after a stop string.</summary>
    public const string SkippedText = "harmony.skipped_text";

    /// <summary>On a <see cref="FunctionCallContent"/> whose <see cref="FunctionCallContent.Exception"/> is
    /// set: the arguments as the model wrote them.</summary>
    public const string RawArguments = "harmony.raw_arguments";

    /// <summary>On <see cref="ChatOptions"/>: the session, instead of
    /// <see cref="ChatOptions.ConversationId"/>, which <c>UseFunctionInvocation</c> clears after the first
    /// call.</summary>
    public const string SessionId = "harmony.session_id";
}
