using System.Text.Json;

namespace Harmony.Core.Json;

internal ref partial struct ModelReader
{
    private const string EffortWords = "Low, Medium or High";

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
                2 => content with { ReasoningEffort = ReadEffort() },
                3 => content with { Tools = ReadNamespaces() },
                4 => content with { ConversationStartDate = ReadOptionalString() },
                5 => content with { KnowledgeCutoff = ReadOptionalString() },
                _ => content with { ChannelConfig = ReadChannelConfig() },
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
                2 => content with { Tools = ReadNamespaces() },
                _ => content with { ResponseFormats = ReadFormats() },
            };
        }

        return content;
    }

    private ValueList<ResponseFormat> ReadFormats() => _json.TokenType == JsonTokenType.Null
        ? default
        : ReadList("a list of response formats", static (ref reader) => reader.ReadFormat());

    private ResponseFormat ReadFormat()
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
                default: schema = ReadSchema() ?? throw WrongType("a JSON Schema"); break;
            }
        }

        return new ResponseFormat(name, schema!, description);
    }

    private ReasoningEffort? ReadEffort()
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        string word = ReadWord(EffortWords);
        return word switch
        {
            "Low" => ReasoningEffort.Low,
            "Medium" => ReasoningEffort.Medium,
            "High" => ReasoningEffort.High,
            _ => throw UnknownWord("reasoning effort", word, EffortWords),
        };
    }

    private ChannelConfig? ReadChannelConfig()
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

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

    // Keys are data here, not members of the model: of two equal ones the later counts.
    private ToolNamespaceCollection? ReadNamespaces()
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

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

    private ToolNamespace ReadNamespace()
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
                default: style = ReadStyle(); break;
            }
        }

        return new ToolNamespace(name) { Description = description, Tools = tools, SchemaStyle = style };
    }

    private SchemaStyle ReadStyle()
    {
        string? word = ReadOptionalString();
        return word switch
        {
            null or "reference" => SchemaStyle.Reference,
            "extended" => SchemaStyle.Extended,
            _ => throw UnknownWord("schema style", word, "reference or extended"),
        };
    }

    private ToolDescription ReadTool()
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
                default: parameters = ReadSchema(); break;
            }
        }

        return new ToolDescription(name, description, parameters);
    }

    private JsonSchema? ReadSchema()
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        var start = (int)_json.TokenStartIndex;
        _json.Skip();
        try
        {
            return JsonSchema.Parse(_utf8[start..(int)_json.BytesConsumed]);
        }
        catch (HarmonyJsonException e)
        {
            throw new HarmonyJsonException(
                _path.ToString(), start + e.Position, e.Message, e.Value, e.Expected, e);
        }
    }
}
