using System.Text.Json;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Core;

namespace Harmony.Cli.Rpc;

/// <summary>The operation <c>stream</c>: what the streaming parser tells after each id.</summary>
internal static class StreamOperation
{
    public static void Serve(RpcRequest request, HarmonyEncoding encoding, Utf8JsonWriter json)
    {
        Role? role = ConversationOperations.ReadRole(request);
        var parser = new StreamableParser(encoding, role, ConversationOperations.ReadStrict(request));
        bool endsStream = request.GetBoolean(RpcMember.Eos, defaultValue: false);
        using ArrayPoolBufferWriter<int> ids = request.GetIds(RpcMember.Tokens);
        HarmonyParseException? failure = null;
        json.WriteStartArray("steps"u8);
        try
        {
            foreach (int id in ids.WrittenSpan)
            {
                parser.Process(id);
                WriteStep(json, parser);
            }

            if (endsStream)
            {
                parser.ProcessEnd();
                WriteStep(json, parser);
            }
        }
        catch (HarmonyParseException e)
        {
            failure = e;
        }

        json.WriteEndArray();
        ConversationOperations.WriteMessages(
            json, parser.Messages, ConversationOperations.ReadJsonOptions(request));
        json.WriteNumber("tokens_seen"u8, parser.Ids.Length);
        if (failure is not null)
        {
            json.WriteString("error"u8, failure.Message);
            json.WriteNumber("error_index"u8, failure.IdIndex);
        }
    }

    private static void WriteStep(Utf8JsonWriter json, StreamableParser parser)
    {
        json.WriteStartObject();
        json.WriteString("current_content"u8, parser.CurrentContentUtf8);
        WriteOptional(json, "current_role"u8, parser.CurrentRole?.ToWord());
        WriteOptional(json, "current_channel"u8, parser.CurrentChannel);
        WriteOptional(json, "current_recipient"u8, parser.CurrentRecipient);
        WriteOptional(json, "current_content_type"u8, parser.CurrentContentType);
        WriteOptional(json, "last_content_delta"u8, parser.LastContentDelta);
        json.WriteString("state"u8, NameOf(parser.State));
        json.WriteEndObject();
    }

    private static void WriteOptional(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is null)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteString(name, value);
        }
    }

    private static ReadOnlySpan<byte> NameOf(ParserState state) => state switch
    {
        ParserState.ExpectStart => "ExpectStart"u8,
        ParserState.Header => "Header"u8,
        _ => "Content"u8,
    };
}
