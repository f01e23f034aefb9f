using System.Text.Json.Serialization;

namespace Harmony.Core;

/// <summary>
/// One message of a conversation: who wrote it, to whom, on which channel, and its contents. Immutable, with
/// value equality; change one with <c>with</c>.
/// </summary>
/// <remarks>A message that the model sampled also keeps the ids that it was sampled as, see
/// <see cref="SampledIds"/>. They are no part of its value: equality leaves them out.</remarks>
[JsonConverter(typeof(HarmonyJsonConverter))]
public sealed partial record Message
{
    private ReadOnlyMemory<int> _sampledIds;

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
    public Author Author { get; init => field = Changed(field, value); }

    /// <summary>The author's role.</summary>
    public Role Role => Author.Role;

    /// <summary>To whom it goes, such as <c>functions.get_weather</c> in a tool call; null for everybody. The
    /// recipient <c>all</c> is not written into the header either.</summary>
    public string? Recipient { get; init => field = Changed(field, value); }

    /// <summary>The channel, such as the names in <see cref="Channels"/>; null for none.</summary>
    public string? Channel { get; init => field = Changed(field, value); }

    /// <summary>How the content is spelled, such as <see cref="ContentTypes.Json"/>; null for plain text. The
    /// marker <c>&lt;|constrain|&gt;</c> at its start is the one place where a special token may be
    /// spelled.</summary>
    public string? ContentType { get; init => field = Changed(field, value); }

    /// <summary>The contents, in order. They are written one after another, each tokenized on its
    /// own.</summary>
    public ValueList<Content> Contents { get; init => field = Changed(field, value); }

    /// <summary>
    /// The ids that the model sampled for this message, as the parser read them: header, content, and the
    /// token that ended it if one did. JSON keeps them if <see cref="HarmonyJsonOptions.KeepSampledIds"/> is on.
    /// Empty for a message that was not sampled, for one that was changed since, and for one whose ids would not
    /// say the same in a prompt: its header was cut off or reads differently there, or it holds special tokens as
    /// text or ids that are no tokens. The first message of a completion begins after <c>&lt;|start|&gt;</c> and
    /// the role's word, which the prompt had written; any other begins with <c>&lt;|start|&gt;</c>. Rendering
    /// writes these ids instead of tokenizing the message again, unless
    /// <see cref="RenderOptions.UseSampledIds"/> is off. A view; costs nothing.
    /// </summary>
    public ReadOnlyMemory<int> SampledIds => _sampledIds;

    /// <summary>Whether the prompt had written the start marker and the role's word, so that
    /// <see cref="SampledIds"/> begin after them.</summary>
    internal bool IsStartInPrompt { get; private set; }

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

    /// <summary>The model's call of a function, as the format's guide writes it: to the tool, on the channel
    /// <c>commentary</c>.</summary>
    /// <param name="name">The tool's full name, such as <c>functions.get_weather</c>.</param>
    /// <param name="json">The arguments, a JSON object.</param>
    public static Message ToolCall(string name, string json) => new(Role.Assistant, json)
    {
        Recipient = Defined.NotNull(name),
        Channel = Channels.Commentary,
        ContentType = ContentTypes.Json,
    };

    /// <summary>A tool's answer to a call, as the format's guide writes it: to the assistant, on the channel
    /// <c>commentary</c>.</summary>
    /// <param name="name">The tool's full name, such as <c>functions.get_weather</c>.</param>
    /// <param name="text">What the tool returned.</param>
    public static Message ToolResult(string name, string text) =>
        new(new Author(Role.Tool, Defined.NotNull(name)), text)
        {
            Recipient = Role.Assistant.ToWord(),
            Channel = Channels.Commentary,
        };

    /// <summary>This message with one more content at its end.</summary>
    public Message AddContent(Content content) => this with { Contents = Contents.Add(content) };

    /// <summary>This message without the ids that it was sampled as: rendering tokenizes it again.</summary>
    public Message WithoutSampledIds() =>
        SampledIds.IsEmpty ? this : this with { _sampledIds = default, IsStartInPrompt = false };

    /// <summary>Whether both have the same author, recipient, channel, content type and contents, whatever
    /// they were sampled as.</summary>
    public bool Equals(Message? other) =>
        ReferenceEquals(this, other)
            || (other is not null && Author == other.Author && Recipient == other.Recipient
                && Channel == other.Channel && ContentType == other.ContentType
                && Contents == other.Contents);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Author, Recipient, Channel, ContentType, Contents);

    /// <summary>A message that a parser read.</summary>
    /// <param name="header">What its header says.</param>
    /// <param name="text">Its text.</param>
    /// <param name="ids">All ids that were read as this message, the start marker and the end token included
    /// where they were among them; the array is given away. None for a message that is better tokenized
    /// again.</param>
    /// <param name="isStartInPrompt">Whether the prompt had written the start marker and the role's
    /// word.</param>
    internal static Message FromSample(
        in ParsedHeader header, string text, int[] ids, bool isStartInPrompt) =>
        new(header.Author, ValueList.Own<Content>([new TextContent(text)]))
        {
            Recipient = header.Recipient,
            Channel = header.Channel,
            ContentType = header.ContentType,
            // Last: setting anything else drops them.
            _sampledIds = ids,
            IsStartInPrompt = isStartInPrompt,
        };

    // The ids stand for the message as it was sampled: a change of any part drops them, so that none can be
    // rendered for what they don't say. What is set to its own value does not count as a change.
    private T Changed<T>(T before, T after)
    {
        if (!EqualityComparer<T>.Default.Equals(before, after))
        {
            _sampledIds = default;
            IsStartInPrompt = false;
        }

        return after;
    }
}
