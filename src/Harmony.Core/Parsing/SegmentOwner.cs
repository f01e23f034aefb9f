namespace Harmony.Core.Parsing;

/// <summary>The message, or the place between two messages, that segments belong to.</summary>
/// <param name="MessageIndex">The index of the message, or of the next one.</param>
/// <param name="IsMessage">Whether it is a message. If not, the header is empty.</param>
/// <param name="Header">What the header says.</param>
/// <param name="Destination">Whom the message is for.</param>
internal readonly record struct SegmentOwner(
    int MessageIndex, bool IsMessage, ParsedHeader Header, MessageDestination Destination);
