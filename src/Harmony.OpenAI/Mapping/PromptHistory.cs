using Harmony.Core;

namespace Harmony.OpenAI.Mapping;

/// <summary>The part of a prompt that the next request of the same conversation repeats. Immutable.</summary>
/// <param name="Instructions">The texts of system and developer messages.</param>
/// <param name="Messages">All other messages.</param>
/// <param name="Calls">The function of each call, by the call's id.</param>
internal sealed record PromptHistory(
    ValueList<string> Instructions, ValueList<Message> Messages, IReadOnlyDictionary<string, string> Calls)
{
    /// <summary>The id of the conversation's first answer; null if there was none.</summary>
    public string? ConversationId { get; init; }

    public static PromptHistory Empty { get; } = new([], [], new Dictionary<string, string>());
}
