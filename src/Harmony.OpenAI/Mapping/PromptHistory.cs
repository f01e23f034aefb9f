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

    /// <summary>The identifiers that the messages have in place of names.</summary>
    public ToolNameMap Names { get; init; } = ToolNameMap.Create();

    /// <summary>The functions that are called. Of calls with the same id, <see cref="Calls"/> has only the
    /// last one.</summary>
    public IEnumerable<string> FunctionNames =>
        Calls.Values.Concat(Messages.Select(NameOf).OfType<string>());

    public static PromptHistory Empty { get; } = new([], [], new Dictionary<string, string>());

    /// <summary>Finds the function that a message calls, or whose result it is; null if it was never
    /// declared.</summary>
    public string? NameOf(Message message) =>
        Names.TryGetNameOfRecipient(
            message.Role == Role.Tool ? message.Author.Name : message.Recipient, out string? name)
            ? name
            : null;
}
