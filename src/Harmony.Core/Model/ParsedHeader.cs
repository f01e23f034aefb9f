namespace Harmony.Core;

/// <summary>What a message's header says. What it does not name is null.</summary>
internal readonly record struct ParsedHeader(
    Author Author, string? Recipient, string? Channel, string? ContentType);
