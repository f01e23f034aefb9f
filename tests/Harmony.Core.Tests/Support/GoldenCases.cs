using System.Text.Json;
using System.Text.Json.Nodes;
using Harmony.Bpe;

namespace Harmony.Core.Tests;

/// <summary>
/// Carries out the requests of the golden vectors through the public API: what a command line or a service
/// has to do for each operation. The reference's low-level default applies: without <c>config</c> no analysis
/// is dropped.
/// </summary>
internal static class GoldenCases
{
    /// <summary>The response to a request, errors included.</summary>
    public static JsonObject Execute(JsonElement request)
    {
        try
        {
            return Answer(request);
        }
        catch (Exception e) when (e is HarmonyValueException or HarmonyJsonException)
        {
            return Failure(e, "value");
        }
        catch (Exception e) when (e is HarmonyException or TokenizerException)
        {
            return Failure(e, "harmony");
        }
    }

    private static JsonObject Answer(JsonElement request)
    {
        HarmonyEncoding encoding = HarmonyEncoding.For(
            Text(request, "dialect") == "oss" ? HarmonyDialect.OssHarmony : HarmonyDialect.OpenAI);
        return Text(request, "op") switch
        {
            "render_conversation" => Render(encoding, request, RenderOptions.History),
            "render_conversation_for_completion" => Render(encoding, request, RenderOptions.Completion with
            {
                NextRole = RoleExtensions.Parse(Text(request, "next_turn_role")),
            }),
            "render_conversation_for_training" => Render(encoding, request, RenderOptions.Training),
            "render" => Tokens(encoding.Render(ReadMessage(request), new RenderOptions
            {
                CheckHeaders = false,
                HasFunctionTools = Flag(
                    Member(request, "render_options"), "conversation_has_function_tools", false),
            })),
            "parse_messages_from_completion_tokens" => Parse(encoding, request),
            "stream" => Stream(encoding, request),
            "roundtrip_conversation" => new JsonObject
            {
                ["conversation"] = JsonNode.Parse(ReadConversation(request).ToJson(), null, Deep),
            },
            "roundtrip_message" => new JsonObject
            {
                ["message"] = JsonNode.Parse(ReadMessage(request).ToJson(), null, Deep),
            },
            "decode_utf8" => new JsonObject { ["text"] = encoding.DecodeStrict(Ids(request)) },
            "decode_bytes" => new JsonObject
            {
                ["hex"] = Convert.ToHexStringLower(encoding.Tokenizer.DecodeBytes(Ids(request))),
            },
            "stop_tokens" => Tokens(encoding.StopTokenIds.AsSpan()),
            "stop_tokens_for_assistant_actions" => Tokens(encoding.AssistantStopTokenIds.AsSpan()),
            "is_special_token" => new JsonObject
            {
                ["result"] = encoding.Tokenizer.IsSpecial(request.GetProperty("token").GetInt32()),
            },
            "get_tool_namespace_config" => ToolNamespaceConfig(Text(request, "tool")!),
            var op => throw new NotSupportedException($"The vectors hold no operation {op}."),
        };
    }

    private static JsonDocumentOptions Deep { get; } = new() { MaxDepth = 1000 };

    private static JsonObject Render(HarmonyEncoding encoding, JsonElement request, RenderOptions options)
    {
        JsonElement config = Member(request, "config");
        bool drops = config.ValueKind == JsonValueKind.Object && Flag(config, "auto_drop_analysis", true);
        AnalysisPolicy analysis = drops ? AnalysisPolicy.DropBeforeFirstFinal : AnalysisPolicy.KeepAll;
        return Tokens(encoding.Render(
            ReadConversation(request), options with { Analysis = analysis, CheckHeaders = false }));
    }

    private static JsonObject Parse(HarmonyEncoding encoding, JsonElement request)
    {
        ValueList<Message> messages = encoding.ParseMessages(
            Ids(request), GivenRole(request), Strict(request));
        return new JsonObject { ["messages"] = ToArray(messages) };
    }

    private static JsonObject Stream(HarmonyEncoding encoding, JsonElement request)
    {
        var parser = new StreamableParser(encoding, GivenRole(request), Strict(request));
        var steps = new JsonArray();
        var response = new JsonObject();
        try
        {
            foreach (int id in Ids(request))
            {
                parser.Process(id);
                steps.Add(Step(parser));
            }

            if (Flag(request, "eos", false))
            {
                parser.ProcessEnd();
                steps.Add(Step(parser));
            }
        }
        catch (HarmonyParseException e)
        {
            response["error"] = e.Message;
            response["error_index"] = e.IdIndex;
            response["after_error"] = Step(parser);
        }

        response["steps"] = steps;
        response["messages"] = ToArray(parser.Messages);
        response["tokens_seen"] = parser.Ids.Length;
        return response;
    }

    private static JsonObject Step(StreamableParser parser) => new()
    {
        ["current_content"] = parser.CurrentContent,
        ["current_role"] = parser.CurrentRole?.ToWord(),
        ["current_channel"] = parser.CurrentChannel,
        ["current_recipient"] = parser.CurrentRecipient,
        ["current_content_type"] = parser.CurrentContentType,
        ["last_content_delta"] = parser.LastContentDelta,
        ["state"] = parser.State.ToString(),
    };

    private static JsonObject ToolNamespaceConfig(string tool)
    {
        ToolNamespace config = ToolNamespace.GetBuiltIn(tool);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            config.WriteTo(writer);
        }

        return new JsonObject { ["config"] = JsonNode.Parse(stream.ToArray()) };
    }

    private static Conversation ReadConversation(JsonElement request) =>
        Conversation.Parse(
            Text(request, "conversation_json") ?? request.GetProperty("conversation").GetRawText());

    private static Message ReadMessage(JsonElement request) =>
        Message.Parse(Text(request, "message_json") ?? request.GetProperty("message").GetRawText());

    private static Role? GivenRole(JsonElement request) =>
        Text(request, "role") is string word ? RoleExtensions.Parse(word) : null;

    private static bool Strict(JsonElement request) =>
        Flag(request, "strict", true);

    // The reference's ids are unsigned.
    private static int[] Ids(JsonElement request) =>
        [
            .. request.GetProperty("tokens").EnumerateArray()
                .Select(static id => unchecked((int)id.GetUInt32())),
        ];

    private static JsonObject Tokens(ReadOnlySpan<int> ids)
    {
        var tokens = new JsonArray();
        foreach (int id in ids)
        {
            tokens.Add(id);
        }

        return new JsonObject { ["tokens"] = tokens };
    }

    private static JsonArray ToArray(IEnumerable<Message> messages) =>
        [.. messages.Select(static message => JsonNode.Parse(message.ToJson()))];

    private static JsonElement Member(JsonElement request, string name) =>
        request.ValueKind == JsonValueKind.Object && request.TryGetProperty(name, out JsonElement value)
            ? value
            : default;

    private static string? Text(JsonElement request, string name) =>
        Member(request, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static bool Flag(JsonElement request, string name, bool otherwise) =>
        Member(request, name).ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => otherwise,
        };

    private static JsonObject Failure(Exception e, string kind) =>
        new() { ["error"] = e.Message, ["kind"] = kind };
}
