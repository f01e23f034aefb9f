namespace Harmony.Core.Parsing;

/// <summary>The message, or the place between two messages, that segments belong to.</summary>
/// <param name="MessageIndex">The message, or the next one, counted from 0.</param>
/// <param name="IsMessage">Whether it is a message, so that the header says something.</param>
/// <param name="Header">What the header says.</param>
/// <param name="Route">For whom the message is.</param>
internal readonly record struct SegmentOwner(
    int MessageIndex, bool IsMessage, ParsedHeader Header, HarmonyRoute Route);
