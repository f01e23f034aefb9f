using System.Text.Json;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Cli.Input;
using Harmony.Cli.Output;
using Harmony.Core;

namespace Harmony.Cli.Rpc;

/// <summary>The operation <c>read</c>: what the resilient parser makes of any ids.</summary>
internal static class ReadOperation
{
    public static void Serve(RpcRequest request, HarmonyEncoding encoding, Utf8JsonWriter json)
    {
        using ArrayPoolBufferWriter<int> ids = request.GetIds(RpcMember.Tokens);
        HarmonyParser parser = CreateParser(request, encoding, ids.WrittenSpan);
        json.WriteStartArray("segments"u8);
        Push(request, ids.WrittenSpan, parser, json);
        parser.Complete();
        WriteSegments(json, parser);
        json.WriteEndArray();
        ConversationOperations.WriteMessages(
            json, parser.Messages, ConversationOperations.ReadJsonOptions(request));
        WriteCounts(json, parser.Counts);
        json.WriteString("finish"u8, SnakeCase.Of(parser.FinishReason));
    }

    private static HarmonyParser CreateParser(
        RpcRequest request, HarmonyEncoding encoding, ReadOnlySpan<int> ids)
    {
        var options = new HarmonyParserOptions
        {
            Role = ConversationOperations.ReadRole(request) ?? Completions.RoleOf(ids, encoding),
            Continues = request.IsAbsent(RpcMember.Continues)
                ? null
                : Message.Parse(
                    request.Json(RpcMember.Continues), ConversationOperations.ReadJsonOptions(request)),
            DeclaredTools = request.IsAbsent(RpcMember.Tools)
                ? null
                : ToolNamespaceCollection.Parse(request.Json(RpcMember.Tools)),
            StopStrings = ReadStopStrings(request),
            SkipStrayText = request.GetBoolean(RpcMember.SkipStrayText, defaultValue: false),
        };
        try
        {
            return new HarmonyParser(encoding, options);
        }
        catch (ArgumentException e)
        {
            throw new RpcException(RpcException.Value, e.Message);
        }
    }

    private static ValueList<StopString> ReadStopStrings(RpcRequest request)
    {
        if (request.IsAbsent(RpcMember.StopStrings))
        {
            return [];
        }

        List<StopString> stops = [];
        Utf8JsonReader json = request.Reader(RpcMember.StopStrings);
        RpcException unfit = RpcRequest.Unfit(
            RpcMember.StopStrings, "a list of objects with a text and, if need be, a channel");
        if (json.TokenType != JsonTokenType.StartArray)
        {
            throw unfit;
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.StartObject)
            {
                throw unfit;
            }

            stops.Add(ReadStopString(ref json, unfit));
        }

        return ValueList.FromEnumerable(stops);
    }

    // Without a channel it is for the answer, with null for all of them.
    private static StopString ReadStopString(ref Utf8JsonReader json, RpcException unfit)
    {
        var stop = new StopString(string.Empty);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool isText = json.ValueTextEquals("text"u8);
            bool isChannel = json.ValueTextEquals("channel"u8);
            json.Read();
            if (isText || isChannel)
            {
                bool isString = json.TokenType == JsonTokenType.String;
                if (!isString && !(isChannel && json.TokenType == JsonTokenType.Null))
                {
                    throw unfit;
                }

                string? value = isString ? RpcRequest.WellFormed(ref json) : null;
                stop = isText ? stop with { Text = value! } : stop with { Channel = value };
            }

            json.Skip();
        }

        return stop;
    }

    /// <summary>Pushes the ids in the sizes that the request names; what is left comes at once.</summary>
    private static void Push(
        RpcRequest request, ReadOnlySpan<int> ids, HarmonyParser parser, Utf8JsonWriter json)
    {
        if (!request.IsAbsent(RpcMember.Pushes))
        {
            using ArrayPoolBufferWriter<int> sizes = request.GetIds(RpcMember.Pushes);
            foreach (int size in sizes.WrittenSpan)
            {
                ReadOnlySpan<int> next = ids[..(int)Math.Min((uint)size, (uint)ids.Length)];
                parser.Push(next);
                WriteSegments(json, parser);
                ids = ids[next.Length..];
            }
        }

        parser.Push(ids);
        WriteSegments(json, parser);
    }

    private static void WriteSegments(Utf8JsonWriter json, HarmonyParser parser)
    {
        while (parser.TryRead(out HarmonySegment segment))
        {
            WriteSegment(json, segment);
        }
    }

    private static void WriteSegment(Utf8JsonWriter json, HarmonySegment segment)
    {
        json.WriteStartObject();
        json.WriteString("kind"u8, NameOf(segment.Kind));
        json.WriteNumber("message"u8, segment.MessageIndex);
        if (segment.Role is Role role)
        {
            json.WriteString("role"u8, role.ToWord());
            WriteIfSet(json, "name"u8, segment.AuthorName);
            WriteIfSet(json, "channel"u8, segment.Channel);
            WriteIfSet(json, "recipient"u8, segment.Recipient);
            WriteIfSet(json, "content_type"u8, segment.ContentType);
            json.WriteString("route"u8, SnakeCase.Of(segment.Destination));
        }

        json.WriteString("text"u8, segment.Utf8);
        TokenizerOperations.WriteTokens(json, segment.Ids);
        if (segment.Diagnostic != HarmonyDiagnostic.None)
        {
            json.WriteString("diagnostic"u8, SnakeCase.Of(segment.Diagnostic));
        }

        json.WriteEndObject();
    }

    private static void WriteIfSet(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteCounts(Utf8JsonWriter json, HarmonyTokenCounts counts)
    {
        json.WriteStartObject("counts"u8);
        json.WriteNumber("total"u8, counts.Total);
        json.WriteNumber("reasoning"u8, counts.Reasoning);
        json.WriteNumber("commentary"u8, counts.Commentary);
        json.WriteNumber("final"u8, counts.Final);
        json.WriteNumber("other"u8, counts.Other);
        json.WriteNumber("format"u8, counts.Format);
        json.WriteEndObject();
    }

    private static string NameOf(HarmonySegmentKind kind) => kind switch
    {
        HarmonySegmentKind.HeaderComplete => "header",
        HarmonySegmentKind.ContentDelta => "delta",
        _ => SnakeCase.Of(kind),
    };
}
