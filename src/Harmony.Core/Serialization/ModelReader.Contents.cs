using System.Text.Json;

namespace Harmony.Core.Serialization;

internal ref partial struct ModelReader
{
    private static readonly MemberNames SystemMembers = new(
        "type!", "model_identity", "reasoning_effort", "tools", "conversation_start_date", "knowledge_cutoff",
        "channel_config");

    private static readonly MemberNames DeveloperMembers =
        new("type!", "instructions", "tools", "response_formats+");

    private static readonly MemberNames ChannelMembers = new("valid_channels!", "channel_required!");
    private static readonly MemberNames NamespaceMembers =
        new("name!", "description", "tools!", "schema_style+");

    private static readonly MemberNames FormatMembers = new("name!", "description", "schema!");
    private static readonly MemberNames ToolMembers = new("name!", "description!", "parameters");

    private SystemContent ReadSystemContent()
    {
        MemberCursor members = OpenContent(SystemMembers);
        var content = new SystemContent();
        while (MoveNext(ref members))
        {
            content = members.Current switch
            {
                0 => content,
                1 => content with { ModelIdentity = ReadOptionalString() },
                2 => content with { ReasoningEffort = ReadOptionalEffort() },
                3 => content with { Tools = ReadOptionalNamespaces() },
                4 => content with { ConversationStartDate = ReadOptionalString() },
                5 => content with { KnowledgeCutoff = ReadOptionalString() },
                _ => content with { ChannelConfig = ReadOptionalChannelConfig() },
            };
        }

        return content;
    }

    private DeveloperContent ReadDeveloperContent()
    {
        MemberCursor members = OpenContent(DeveloperMembers);
        var content = new DeveloperContent();
        while (MoveNext(ref members))
        {
            content = members.Current switch
            {
                0 => content,
                1 => content with { Instructions = ReadOptionalString() },
                2 => content with { Tools = ReadOptionalNamespaces() },
                _ => content with { ResponseFormats = ReadFormats() },
            };
        }

        return content;
    }

    private ValueList<ResponseFormat> ReadFormats() => _json.TokenType == JsonTokenType.Null
        ? default
        : ReadList("a list of response formats", static (ref reader) => reader.ReadFormat());

    public ResponseFormat ReadFormat()
    {
        MemberCursor members = Open(FormatMembers, "a response format");
        string name = string.Empty;
        string? description = null;
        JsonSchema? schema = null;
        while (MoveNext(ref members))
        {
            switch (members.Current)
            {
                case 0: name = ReadString(); break;
                case 1: description = ReadOptionalString(); break;
                default: schema = ReadOptionalSchema() ?? throw WrongType("a JSON Schema"); break;
            }
        }

        return new ResponseFormat(name, schema!, description);
    }

    private ReasoningEffort? ReadOptionalEffort() =>
        _json.TokenType == JsonTokenType.Null ? null : ReadEffort();

    public ReasoningEffort ReadEffort()
    {
        string word = ReadWord(ModelWords.Efforts);
        return ModelWords.TryParse(word, out ReasoningEffort? effort)
            ? effort.Value
            : throw UnknownWord("reasoning effort", word, ModelWords.Efforts);
    }

    private ChannelConfig? ReadOptionalChannelConfig() =>
        _json.TokenType == JsonTokenType.Null ? null : ReadChannelConfig();

    public ChannelConfig ReadChannelConfig()
    {
        MemberCursor members = Open(ChannelMembers, "a channel configuration");
        ValueList<string> channels = default;
        bool required = false;
        while (MoveNext(ref members))
        {
            if (members.Current == 0)
            {
                channels = ReadList("a list of channels", static (ref reader) => reader.ReadString());
            }
            else
            {
                required = ReadBoolean();
            }
        }

        return new ChannelConfig { ValidChannels = channels, ChannelRequired = required };
    }

    private readonly bool ReadBoolean() => _json.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw WrongType("true or false"),
    };

    private ToolNamespaceCollection? ReadOptionalNamespaces() =>
        _json.TokenType == JsonTokenType.Null ? null : ReadNamespaces();

    // Keys are data here, not members of the model: of two equal ones the later stays.
    public ToolNamespaceCollection ReadNamespaces()
    {
        RequireToken(JsonTokenType.StartObject, "an object of tool namespaces");
        var entries = new List<KeyValuePair<string, ToolNamespace>>();
        while (true)
        {
            Advance();
            if (_json.TokenType == JsonTokenType.EndObject)
            {
                return ToolNamespaceCollection.FromEntries(entries);
            }

            string key = ReadText();
            _path.Push(key);
            Advance();
            entries.Add(KeyValuePair.Create(key, ReadNamespace()));
            _path.Pop();
        }
    }

    public ToolNamespace ReadNamespace()
    {
        MemberCursor members = Open(NamespaceMembers, "a tool namespace");
        string name = string.Empty;
        string? description = null;
        ValueList<ToolDescription> tools = default;
        var style = SchemaStyle.Reference;
        while (MoveNext(ref members))
        {
            switch (members.Current)
            {
                case 0: name = ReadString(); break;
                case 1: description = ReadOptionalString(); break;
                case 2:
                    tools = ReadList("a list of tools", static (ref reader) => reader.ReadTool());
                    break;
                default:
                    style = _json.TokenType == JsonTokenType.Null ? SchemaStyle.Reference : ReadStyle();
                    break;
            }
        }

        return new ToolNamespace(name) { Description = description, Tools = tools, SchemaStyle = style };
    }

    public SchemaStyle ReadStyle()
    {
        string word = ReadString(ModelWords.Styles);
        return ModelWords.TryParse(word, out SchemaStyle? style)
            ? style.Value
            : throw UnknownWord("schema style", word, ModelWords.Styles);
    }

    public ToolDescription ReadTool()
    {
        MemberCursor members = Open(ToolMembers, "a tool");
        string name = string.Empty;
        string description = string.Empty;
        JsonSchema? parameters = null;
        while (MoveNext(ref members))
        {
            switch (members.Current)
            {
                case 0: name = ReadString(); break;
                case 1: description = ReadString(); break;
                default: parameters = ReadOptionalSchema(); break;
            }
        }

        return new ToolDescription(name, description, parameters);
    }

    private JsonSchema? ReadOptionalSchema() =>
        _json.TokenType == JsonTokenType.Null ? null : ReadSchema();

    public JsonSchema ReadSchema()
    {
        var start = _json.TokenStart;
        _json.Skip();
        try
        {
            return JsonSchema.Parse(_utf8[start.._json.Position]);
        }
        catch (HarmonyJsonException e)
        {
            throw new HarmonyJsonException(
                _path.ToString(), start + e.Position, e.Reason, e.Value, e.Expected, e, _isWhole);
        }
    }
}
