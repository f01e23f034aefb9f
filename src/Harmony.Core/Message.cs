using System.Text.Json.Serialization;
using Harmony.Core.Json;

namespace Harmony.Core;

/// <summary>
/// One message of a conversation: who wrote it, to whom, on which channel, and its contents. Immutable, with
/// value equality; change one with <c>with</c> or the fluent helpers.
/// </summary>
[JsonConverter(typeof(MessageJsonConverter))]
public sealed record Message
{
    /// <summary>A message of these contents. A role converts to an author and a string to a text content, so
    /// that <c>new Message(Role.User, "Hi")</c> is enough.</summary>
    public Message(Author author, params ReadOnlySpan<Content> contents)
        : this(author, ValueList.Create(contents))
    {
    }

    internal Message(Author author, ValueList<Content> contents)
    {
        Author = author;
        Contents = contents;
    }

    /// <summary>Who wrote the message.</summary>
    public Author Author { get; init; }

    /// <summary>The author's role.</summary>
    public Role Role => Author.Role;

    /// <summary>To whom it goes, such as <c>functions.get_weather</c> in a tool call; null for everybody. The
    /// recipient <c>all</c> is not written into the header either.</summary>
    public string? Recipient { get; init; }

    /// <summary>The channel, such as the names in <see cref="Channels"/>; null for none.</summary>
    public string? Channel { get; init; }

    /// <summary>How the content is spelled, such as <c>&lt;|constrain|&gt;json</c>; null for plain text. The
    /// marker <c>&lt;|constrain|&gt;</c> at its start is the one place where a special token may be
    /// spelled.</summary>
    public string? ContentType { get; init; }

    /// <summary>The contents, in order. They are written one after another, each tokenized on its
    /// own.</summary>
    public ValueList<Content> Contents { get; init; }

    /// <summary>The text of all text contents, joined. Allocates only if there are several.</summary>
    public string Text
    {
        get
        {
            return Contents.Count == 1 && Contents[0] is TextContent only
                ? only.Text
                : string.Concat(Contents.OfType<TextContent>().Select(static part => part.Text));
        }
    }

    /// <summary>A user's message.</summary>
    public static Message User(string text) => new(Role.User, text);

    /// <summary>A message of the model, on a channel if one is given.</summary>
    public static Message Assistant(string text, string? channel = null) =>
        new(Role.Assistant, text) { Channel = channel };

    /// <summary>A system message.</summary>
    public static Message System(SystemContent content) => new(Role.System, content);

    /// <summary>A developer message.</summary>
    public static Message Developer(DeveloperContent content) => new(Role.Developer, content);

    /// <summary>A developer message that holds instructions only.</summary>
    public static Message Developer(string instructions) =>
        new(Role.Developer, new DeveloperContent { Instructions = instructions });

    /// <summary>A tool's answer to the model's call.</summary>
    /// <param name="name">The tool's full name, such as <c>functions.get_weather</c>.</param>
    /// <param name="text">What the tool returned.</param>
    public static Message Tool(string name, string text) => new(new Author(Role.Tool, name), text);

    /// <summary>This message on another channel.</summary>
    public Message WithChannel(string? channel) => this with { Channel = channel };

    /// <summary>This message to another recipient.</summary>
    public Message WithRecipient(string? recipient) => this with { Recipient = recipient };

    /// <summary>This message with another content type.</summary>
    public Message WithContentType(string? contentType) => this with { ContentType = contentType };

    /// <summary>This message by the same role under a name.</summary>
    public Message WithName(string? name) => this with { Author = Author with { Name = name } };

    /// <summary>This message with one more content at its end.</summary>
    public Message AddContent(Content content) => this with { Contents = Contents.Add(content) };
}
