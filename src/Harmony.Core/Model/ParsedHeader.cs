namespace Harmony.Core;

/// <summary>What a message's header says.</summary>
internal readonly record struct ParsedHeader(
    Author Author, string? Recipient, string? Channel, string? ContentType);
