using Harmony.Core;

namespace Harmony.Engines;

/// <summary>The message that events of a turn belong to, as its header says. Immutable; the same instance in
/// all events of the message.</summary>
public sealed class TurnMessage
{
    private const string FunctionsPrefix = "functions.";

    internal TurnMessage(in HarmonySegment segment)
    {
        Index = segment.MessageIndex;
        Role = segment.Role ?? Role.Assistant;
        AuthorName = segment.AuthorName;
        Channel = segment.Channel;
        Recipient = segment.Recipient;
        ContentType = segment.ContentType;
        Destination = segment.Destination;
        IsToolCall = Role == Role.Assistant && Recipient is not (null or "all")
            && !RoleExtensions.TryParse(Recipient, out _);
    }

    /// <summary>The message's index in the turn, from 0.</summary>
    public int Index { get; }

    /// <summary>The author's role; nearly always the assistant.</summary>
    public Role Role { get; }

    /// <summary>The author's name; null for none.</summary>
    public string? AuthorName { get; }

    /// <summary>The channel; null for none.</summary>
    public string? Channel { get; }

    /// <summary>The recipient as the model wrote it, such as <c>functions.get_weather</c>; null for
    /// none.</summary>
    public string? Recipient { get; }

    /// <summary>The content type; null for none.</summary>
    public string? ContentType { get; }

    /// <summary>Whom the message is for.</summary>
    public MessageDestination Destination { get; }

    /// <summary>Whether the message calls a tool, declared or not.</summary>
    public bool IsToolCall { get; }

    /// <summary>The name of the tool that is called: the recipient without the namespace <c>functions</c>;
    /// null if no tool is called. Other namespaces stay, as in <c>browser.search</c>.</summary>
    public string? ToolName => !IsToolCall ? null
        : Recipient!.StartsWith(FunctionsPrefix, StringComparison.Ordinal)
            ? Recipient[FunctionsPrefix.Length..]
            : Recipient;
}
