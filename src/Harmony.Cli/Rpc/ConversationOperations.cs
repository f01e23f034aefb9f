using System.Text.Json;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Cli.Input;
using Harmony.Core;

namespace Harmony.Cli.Rpc;

/// <summary>The operations of the chat format.</summary>
internal static class ConversationOperations
{
    private const string Continuation = "continuation";

    /// <summary>Writes the members of the response; false if the operation is not one of these.</summary>
    public static bool TryServe(string op, RpcRequest request, Utf8JsonWriter json)
    {
        HarmonyEncoding encoding = ReadEncoding(request);
        switch (op)
        {
            case "render_conversation":
                RenderPurpose purpose = request.GetFlag(RpcMember.Config, Continuation) is true
                    ? RenderPurpose.Continuation
                    : RenderPurpose.History;
                Render(request, encoding, purpose, json);
                return true;
            case "render_conversation_for_training":
                Render(request, encoding, RenderPurpose.Training, json);
                return true;
            case "render_conversation_for_completion":
                Role next = RoleExtensions.Parse(request.GetRequiredString(RpcMember.NextTurnRole));
                Render(request, encoding, RenderPurpose.Completion, json, next);
                return true;
            case "render":
                RenderMessage(request, encoding, json);
                return true;
            case "parse_messages_from_completion_tokens":
                Parse(request, encoding, json);
                return true;
            case "stream":
                StreamOperation.Serve(request, encoding, json);
                return true;
            case "read":
                ReadOperation.Serve(request, encoding, json);
                return true;
            case "info":
                WriteInfo(encoding, json);
                return true;
            case "stop_tokens":
                TokenizerOperations.WriteTokens(json, encoding.StopTokenIds.AsSpan());
                return true;
            case "stop_tokens_for_assistant_actions":
                TokenizerOperations.WriteTokens(json, encoding.AssistantStopTokenIds.AsSpan());
                return true;
            case "get_tool_namespace_config":
                WriteBuiltInTools(request, json);
                return true;
            case "roundtrip_conversation":
                json.WritePropertyName("conversation"u8);
                ReadConversation(request).WriteTo(json, ReadJsonOptions(request));
                return true;
            case "roundtrip_message":
                json.WritePropertyName("message"u8);
                ReadMessage(request).WriteTo(json, ReadJsonOptions(request));
                return true;
            default:
                return false;
        }
    }

    /// <summary>The role whose turn the ids begin; null if the request names none.</summary>
    public static Role? ReadRole(RpcRequest request) =>
        request.GetString(RpcMember.Role) is string word ? RoleExtensions.Parse(word) : null;

    /// <summary>Whether a stop token inside a header is part of the header, as the request says.</summary>
    public static bool ReadStrict(RpcRequest request) =>
        request.GetBoolean(RpcMember.Strict, defaultValue: true);

    /// <summary>Writes messages as the member <c>messages</c>.</summary>
    public static void WriteMessages(
        Utf8JsonWriter json, IEnumerable<Message> messages, HarmonyJsonOptions? options = null)
    {
        json.WriteStartArray("messages"u8);
        foreach (Message message in messages)
        {
            message.WriteTo(json, options);
        }

        json.WriteEndArray();
    }

    private static HarmonyEncoding ReadEncoding(RpcRequest request) =>
        request.GetString(RpcMember.Dialect) switch
        {
            null or "openai" => HarmonyEncoding.OpenAI,
            "oss" => HarmonyEncoding.OssHarmony,
            string other => throw new RpcException(RpcException.Request, $"unknown dialect: {other}"),
        };

    private static void Render(
        RpcRequest request,
        HarmonyEncoding encoding,
        RenderPurpose purpose,
        Utf8JsonWriter json,
        Role nextRole = Role.Assistant)
    {
        var options = new RenderOptions
        {
            Purpose = purpose,
            NextRole = nextRole,
            Analysis = ReadAnalysis(request),
            CheckHeaders = ChecksHeaders(request),
        };
        if (purpose is RenderPurpose.Completion or RenderPurpose.Training
            && request.GetFlag(RpcMember.Config, Continuation) is true)
        {
            throw new RpcException(
                RpcException.Value, $"config.{Continuation} is for render_conversation only");
        }

        using MemoryOwner<int> ids = encoding.RenderPooled(ReadConversation(request), options);
        TokenizerOperations.WriteTokens(json, ids.Span);
    }

    private static void RenderMessage(RpcRequest request, HarmonyEncoding encoding, Utf8JsonWriter json)
    {
        var options = new RenderOptions
        {
            CheckHeaders = ChecksHeaders(request),
            HasFunctionTools =
                request.FindFlag(RpcMember.RenderOptions, "conversation_has_function_tools") is true,
        };
        TokenizerOperations.WriteTokens(json, encoding.Render(ReadMessage(request), options));
    }

    private static AnalysisPolicy ReadAnalysis(RpcRequest request)
    {
        if (request.GetWord(RpcMember.Config, "analysis") is string word)
        {
            return AnalysisWords.Parse(word)
                ?? throw RpcRequest.Unfit(
                    RpcMember.Config, "analysis", $"{AnalysisWords.Expected}, not {word}");
        }

        // Off without a config and on with one that doesn't say otherwise, as in the reference's lowest
        // layer.
        bool drops = !request.IsAbsent(RpcMember.Config)
            && request.FindFlag(RpcMember.Config, "auto_drop_analysis") is not false;
        return drops ? AnalysisPolicy.DropBeforeFirstFinal : AnalysisPolicy.KeepAll;
    }

    // Off unless the request says otherwise: over rpc the reference decides.
    private static bool ChecksHeaders(RpcRequest request) =>
        request.GetFlag(RpcMember.Config, "check_headers") is true;

    /// <summary>How the request wants its JSON to be read and written.</summary>
    public static HarmonyJsonOptions ReadJsonOptions(RpcRequest request) => new()
    {
        KeepSampledIds = request.GetFlag(RpcMember.Config, "keep_sampled") is true,
        RefuseUnknownMembers = request.GetFlag(RpcMember.Config, "refuse_unknown_members") is true,
    };

    private static void Parse(RpcRequest request, HarmonyEncoding encoding, Utf8JsonWriter json)
    {
        Role? role = ReadRole(request);
        using ArrayPoolBufferWriter<int> ids = request.GetIds(RpcMember.Tokens);
        WriteMessages(
            json,
            encoding.ParseMessages(ids.WrittenSpan, role, ReadStrict(request)),
            ReadJsonOptions(request));
    }

    private static void WriteInfo(HarmonyEncoding encoding, Utf8JsonWriter json)
    {
        // The first three are the reference's names and numbers.
        json.WriteString("name"u8, "HarmonyGptOss"u8);
        json.WriteString("tokenizer_name"u8, "o200k_harmony"u8);
        json.WriteNumber("max_message_tokens"u8, HarmonyEncoding.MaxMessageTokens);
        json.WriteNumber("vocabulary_size"u8, encoding.Tokenizer.VocabularySize);
        json.WriteString("version"u8, ProductVersion.Current);
    }

    private static void WriteBuiltInTools(RpcRequest request, Utf8JsonWriter json)
    {
        var tools = ToolNamespace.GetBuiltIn(request.GetRequiredString(RpcMember.Tool));
        json.WritePropertyName("config"u8);
        tools.WriteTo(json);
    }

    private static Conversation ReadConversation(RpcRequest request) =>
        request.GetString(RpcMember.ConversationJson) is string json
            ? Conversation.Parse(json, ReadJsonOptions(request))
            : Conversation.Parse(request.RequiredJson(RpcMember.Conversation), ReadJsonOptions(request));

    private static Message ReadMessage(RpcRequest request) =>
        request.GetString(RpcMember.MessageJson) is string json
            ? Message.Parse(json, ReadJsonOptions(request))
            : Message.Parse(request.RequiredJson(RpcMember.Message), ReadJsonOptions(request));
}
