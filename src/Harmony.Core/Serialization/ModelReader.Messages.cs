using System.Text.Json;

namespace Harmony.Core.Serialization;

internal ref partial struct ModelReader
{
    private static readonly MemberNames ConversationMembers = new("messages!");

    private static readonly MemberNames MessageMembers =
        new("content!", "role!", "name", "recipient", "channel", "content_type");

    private static readonly MemberNames SampledMessageMembers = new(
        "content!", "role!", "name", "recipient", "channel", "content_type", SampledTokens.MemberName + "+");

    private static readonly MemberNames AuthorMembers = new("role!", "name");

    private static readonly MemberNames TextMembers = new("type!", "text!");

    public Conversation ReadConversation()
    {
        MemberCursor members = Open(ConversationMembers, "a conversation");
        ValueList<Message> messages = default;
        while (MoveNext(ref members, checkSkipped: false))
        {
            messages = ReadList("a list of messages", static (ref reader) => reader.ReadMessage());
        }

        return new Conversation(messages);
    }

    public Message ReadMessage()
    {
        MemberNames names = _options.KeepSampledIds ? SampledMessageMembers : MessageMembers;
        MemberCursor members = Open(names, "a message", allowArray: false);
        ValueList<Content> contents = default;
        Role role = default;
        string? name = null;
        string? recipient = null;
        string? channel = null;
        string? contentType = null;
        int[] sampled = [];
        while (MoveNext(ref members))
        {
            switch (members.Current)
            {
                case 0: contents = ReadContents(); break;
                case 1: role = ReadRole(); break;
                case 2: name = ReadOptionalString(); break;
                case 3: recipient = ReadOptionalString(); break;
                case 4: channel = ReadOptionalString(); break;
                case 5: contentType = ReadOptionalString(); break;
                default: sampled = ReadSampledTokens(); break;
            }
        }

        var message = new Message(new Author(role, name), contents)
        {
            Recipient = recipient,
            Channel = channel,
            ContentType = contentType,
        };
        return sampled.Length == 0 ? message : Attach(message, sampled);
    }

    public Author ReadAuthor()
    {
        MemberCursor members = Open(AuthorMembers, "an author", allowArray: false);
        Role role = default;
        string? name = null;
        while (MoveNext(ref members))
        {
            switch (members.Current)
            {
                case 0: role = ReadRole(); break;
                default: name = ReadOptionalString(); break;
            }
        }

        return new Author(role, name);
    }

    private int[] ReadSampledTokens()
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            return [];
        }

        RequireToken(JsonTokenType.StartArray, "a list of ids");
        var ids = new List<int>();
        while (true)
        {
            Advance();
            if (_json.TokenType == JsonTokenType.EndArray)
            {
                return [.. ids];
            }

            _path.Push(ids.Count);
            ids.Add(
                _json.TokenType == JsonTokenType.Number && _json.TryGetInt32(out int id)
                    ? id
                    : throw WrongType("an id"));
            _path.Pop();
        }
    }

    private readonly Message Attach(Message message, int[] ids)
    {
        _path.Push(SampledTokens.MemberName);
        Message attached = SampledTokens.TryAttach(message, ids)
            ?? throw Error(
                $"The ids of `{SampledTokens.MemberName}` do not say what the message says.",
                "the ids that the message was sampled as");
        _path.Pop();
        return attached;
    }

    private ValueList<T> ReadList<T>(string expected, ReadValue<T> read)
    {
        RequireToken(JsonTokenType.StartArray, expected);
        T[] items = [];
        int count = 0;
        while (true)
        {
            Advance();
            if (_json.TokenType == JsonTokenType.EndArray)
            {
                Array.Resize(ref items, count);
                return ValueList.Own(items);
            }

            _path.Push(count);
            T item = read(ref this);
            _path.Pop();
            if (count == items.Length)
            {
                // Most lists are the contents of a message, one.
                Array.Resize(ref items, count == 0 ? 1 : Math.Max(8, 2 * count));
            }

            items[count++] = item;
        }
    }

    public Role ReadRole()
    {
        if (_json.TokenType == JsonTokenType.String && RoleExtensions.TryParseUtf8(_json.Spelled, out Role usual))
        {
            return usual;
        }

        string word = ReadWord(RoleExtensions.Expected);
        return RoleExtensions.TryParse(word, out Role role)
            ? role
            : throw UnknownWord("role", word, RoleExtensions.Expected);
    }

    // A string is short for a list of one text.
    private ValueList<Content> ReadContents() =>
        _json.TokenType == JsonTokenType.String
            ? ValueList.Own<Content>([new TextContent(ReadText())])
            : ReadList("a string or a list of contents", static (ref reader) => reader.ReadContent());

    /// <summary>Reads a content, the kind of which is told by a member that may stand anywhere in the
    /// object.</summary>
    public Content ReadContent()
    {
        const string Expected = "text, system_content or developer_content";
        string kind = _json.TokenType switch
        {
            JsonTokenType.StartObject => FindKind(),
            JsonTokenType.StartArray => ReadFirstElement(Expected),
            _ => throw WrongType("an object with a type"),
        };
        return kind switch
        {
            "text" => ReadTextContent(),
            "system_content" => ReadSystemContent(),
            "developer_content" => ReadDeveloperContent(),
            _ => throw UnknownWord("content type", kind, Expected),
        };
    }

    /// <summary>Reads a content of one kind.</summary>
    public T ReadContent<T>()
        where T : Content =>
        ReadContent() as T ?? throw Error($"The content is no {typeof(T).Name}.", typeof(T).Name);

    private TextContent ReadTextContent()
    {
        MemberCursor members = OpenContent(TextMembers);
        string text = string.Empty;
        while (MoveNext(ref members))
        {
            if (members.Current == 1)
            {
                text = ReadString();
            }
        }

        return new TextContent(text);
    }

    /// <summary>Opens a content whose kind, its first member, is known already. Of an array that element has
    /// been read; in an object it is still to come.</summary>
    private MemberCursor OpenContent(MemberNames names)
    {
        var members = new MemberCursor(names, isArray: _json.TokenType != JsonTokenType.StartObject);
        if (members.IsArray)
        {
            members.MoveToNextPosition();
            _path.Push(0);
        }

        return members;
    }

    private string ReadFirstElement(string expected)
    {
        Advance();
        return ReadString(expected);
    }

    /// <summary>Looks ahead for the member <c>type</c>, usually the first; the reader stays where it
    /// is.</summary>
    private readonly string FindKind()
    {
        ModelReader ahead = this;
        while (true)
        {
            ahead.Advance();
            if (ahead._json.TokenType == JsonTokenType.EndObject)
            {
                throw Error("The member `type` is missing.", "type");
            }

            ahead.RequireNameIsText();
            bool isKind = ahead._json.IsText("type"u8);
            ahead.Advance();
            if (isKind)
            {
                return ahead._json.TokenType == JsonTokenType.String && ahead._json.IsText("text"u8)
                    ? "text"
                    : ahead.ReadString();
            }

            ahead._json.Skip();
        }
    }
}
