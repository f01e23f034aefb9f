namespace Harmony.Core.Tests;

/// <summary>Changed copies as chains of calls, which read better in tests than <c>with</c> inside <c>with</c>.</summary>
internal static class ModelEdits
{
    public static Message WithChannel(this Message message, string? channel) => message with { Channel = channel };

    public static Message WithRecipient(this Message message, string? recipient) =>
        message with { Recipient = recipient };

    public static Message WithContentType(this Message message, string? contentType) =>
        message with { ContentType = contentType };

    public static Message WithName(this Message message, string? name) =>
        message with { Author = message.Author with { Name = name } };

    public static DeveloperContent WithResponseFormat(this DeveloperContent content, ResponseFormat format) =>
        content with { ResponseFormats = content.ResponseFormats.Add(format) };
}
