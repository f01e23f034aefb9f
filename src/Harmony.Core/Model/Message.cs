using System.Text.Json.Serialization;

namespace Harmony.Core;

/// <summary>
/// One message of a conversation: its author, recipient, channel and contents. Immutable and thread-safe,
/// with value equality; make a changed copy with <c>with</c>.
/// </summary>
/// <remarks>A message that the model sampled also keeps the ids that it was sampled as, see
/// <see cref="SampledIds"/>. Equality ignores them.</remarks>
/// <example><code>
/// Message question = Message.User("Rain?");
/// Message named = question with { Author = new Author(Role.User, "alice") };
/// Message call = Message.ToolCall("functions.get_weather", """{"place":"Oslo"}""");
/// </code></example>
[JsonConverter(typeof(HarmonyJsonConverter))]
public sealed partial record Message
{
    private ReadOnlyMemory<int> _sampledIds;

    /// <summary>Creates a message. A role converts to an author and a string to a text content:
    /// <c>new Message(Role.User, "Hi")</c>.</summary>
    /// <exception cref="ArgumentException">A content is null.</exception>
    public Message(Author author, params ReadOnlySpan<Content> contents)
        : this(author, ValueList.Create(contents))
    {
    }

    internal Message(Author author, ValueList<Content> contents)
    {
        Author = author;
        Contents = contents;
    }

    /// <summary>Gets who wrote the message.</summary>
    public Author Author { get; init => field = Changed(field, value); }

    /// <summary>Gets the author's role.</summary>
    public Role Role => Author.Role;

    /// <summary>Gets the recipient, such as <c>functions.get_weather</c> in a tool call. Null, like
    /// <c>all</c>, means everyone and is not written into the header.</summary>
    public string? Recipient { get; init => field = Changed(field, value); }

    /// <summary>Gets the channel, such as the names in <see cref="Channels"/>; null for none.</summary>
    public string? Channel { get; init => field = Changed(field, value); }

    /// <summary>Gets the form of the content, such as <see cref="ContentTypes.Json"/>; null for plain text.
    /// It may begin with <c>&lt;|constrain|&gt;</c>: this is the only text that becomes a special
    /// token.</summary>
    public string? ContentType { get; init => field = Changed(field, value); }

    /// <summary>Gets the contents, in order. Each is tokenized on its own.</summary>
    public ValueList<Content> Contents { get; init => field = Changed(field, value); }

    /// <summary>
    /// Gets the ids that the model sampled for this message: header, content, and the end token if there was
    /// one. Rendering writes them instead of tokenizing the message again, unless
    /// <see cref="RenderOptions.UseSampledIds"/> is off. A view; does not allocate.
    /// </summary>
    /// <remarks>Empty for a message that was not sampled, for a changed copy, and for one whose ids would not
    /// read the same in a prompt: its header was cut off, it holds special tokens as text, or ids that are no
    /// tokens. The first message of a completion begins after <c>&lt;|start|&gt;</c> and the role, which the
    /// prompt has; others begin with <c>&lt;|start|&gt;</c>. JSON keeps the ids if
    /// <see cref="HarmonyJsonOptions.KeepSampledIds"/> is on.</remarks>
    public ReadOnlyMemory<int> SampledIds => _sampledIds;

    /// <summary>Gets whether <see cref="SampledIds"/> begin after the start marker and the role, which the
    /// prompt has.</summary>
    internal bool IsStartInPrompt { get; private set; }

    /// <summary>Gets the text contents, joined. Allocates only if there are several.</summary>
    public string Text
    {
        get
        {
            return Contents.Count == 1 && Contents[0] is TextContent only
                ? only.Text
                : string.Concat(Contents.OfType<TextContent>().Select(static part => part.Text));
        }
    }

    /// <summary>Creates a user's message.</summary>
    public static Message User(string text) => new(Role.User, text);

    /// <summary>Creates a message of the model.</summary>
    public static Message Assistant(string text, string? channel = null) =>
        new(Role.Assistant, text) { Channel = channel };

    /// <summary>Creates a system message.</summary>
    public static Message System(SystemContent content) => new(Role.System, content);

    /// <summary>Creates a developer message.</summary>
    public static Message Developer(DeveloperContent content) => new(Role.Developer, content);

    /// <summary>Creates a developer message with instructions only.</summary>
    public static Message Developer(string instructions) =>
        new(Role.Developer, new DeveloperContent { Instructions = instructions });

    /// <summary>Creates the model's call of a function as the format's guide has it: to the tool, on the
    /// channel <c>commentary</c>, as JSON.</summary>
    /// <param name="name">The tool's full name, such as <c>functions.get_weather</c>.</param>
    /// <param name="json">The arguments, a JSON object.</param>
    public static Message ToolCall(string name, string json) => new(Role.Assistant, json)
    {
        Recipient = Defined.NotNull(name),
        Channel = Channels.Commentary,
        ContentType = ContentTypes.Json,
    };

    /// <summary>Creates a tool's answer to a call as the format's guide has it: to the assistant, on the
    /// channel <c>commentary</c>.</summary>
    /// <param name="name">The tool's full name, such as <c>functions.get_weather</c>.</param>
    /// <param name="text">What the tool returned.</param>
    public static Message ToolResult(string name, string text) =>
        new(new Author(Role.Tool, Defined.NotNull(name)), text)
        {
            Recipient = Role.Assistant.ToWord(),
            Channel = Channels.Commentary,
        };

    /// <summary>Returns a copy with one more content at the end.</summary>
    public Message AddContent(Content content) => this with { Contents = Contents.Add(content) };

    /// <summary>Returns a copy without <see cref="SampledIds"/>: rendering tokenizes it again.</summary>
    public Message WithoutSampledIds() =>
        SampledIds.IsEmpty ? this : this with { _sampledIds = default, IsStartInPrompt = false };

    /// <summary>Compares author, recipient, channel, content type and contents, not the sampled ids.</summary>
    public bool Equals(Message? other) =>
        ReferenceEquals(this, other)
            || (other is not null && Author == other.Author && Recipient == other.Recipient
                && Channel == other.Channel && ContentType == other.ContentType
                && Contents == other.Contents);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Author, Recipient, Channel, ContentType, Contents);

    /// <summary>Creates a message that a parser read.</summary>
    /// <param name="header">What its header says.</param>
    /// <param name="text">Its text.</param>
    /// <param name="ids">All ids of the message, start marker and end token included if they were sampled;
    /// empty for a message that must be tokenized again. The message takes ownership of the array.</param>
    /// <param name="isStartInPrompt">Whether the prompt has the start marker and the role.</param>
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

    // A change of any part drops the ids, so that they are never rendered for something that they don't say.
    // Setting a part to its own value is no change.
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
