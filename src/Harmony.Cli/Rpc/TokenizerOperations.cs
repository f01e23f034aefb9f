using System.Text.Json;
using CommunityToolkit.HighPerformance.Buffers;
using Harmony.Bpe;

namespace Harmony.Cli.Rpc;

/// <summary>The operations of the tokenizer.</summary>
internal static class TokenizerOperations
{
    private static BpeTokenizer Tokenizer => BpeTokenizer.O200kHarmony;

    /// <summary>Writes the members of the response; false if the operation is not one of these.</summary>
    public static bool TryServe(string op, RpcRequest request, Utf8JsonWriter json)
    {
        switch (op)
        {
            case "encode":
                Encode(request, ReadOptions(request), json);
                return true;
            case "encode_ordinary":
                Encode(request, EncodeOptions.Ordinary, json);
                return true;
            case "count":
                Count(request, json);
                return true;
            case "truncate":
                Truncate(request, json);
                return true;
            case "decode_utf8":
                DecodeUtf8(request, json);
                return true;
            case "decode_bytes":
                DecodeBytes(request, json);
                return true;
            case "special_tokens":
                WriteSpecialTokens(json);
                return true;
            case "is_special_token":
                json.WriteBoolean("result"u8, Tokenizer.IsSpecial(request.GetId(RpcMember.Token)));
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes ids as the member <c>tokens</c>.</summary>
    public static void WriteTokens(Utf8JsonWriter json, ReadOnlySpan<int> ids)
    {
        json.WriteStartArray("tokens"u8);
        foreach (int id in ids)
        {
            json.WriteNumberValue(id);
        }

        json.WriteEndArray();
    }

    private static void Encode(RpcRequest request, EncodeOptions options, Utf8JsonWriter json)
    {
        using SpanOwner<byte> utf8 = request.GetUtf8(RpcMember.Text, out int length);
        using MemoryOwner<int> ids = Tokenizer.EncodePooled(utf8.Span[..length], options);
        WriteTokens(json, ids.Span);
    }

    private static void Count(RpcRequest request, Utf8JsonWriter json)
    {
        using SpanOwner<byte> utf8 = request.GetUtf8(RpcMember.Text, out int length);
        json.WriteNumber("count"u8, Tokenizer.Count(utf8.Span[..length], ReadOptions(request)));
    }

    private static void Truncate(RpcRequest request, Utf8JsonWriter json)
    {
        EncodeOptions options = ReadOptions(request);
        int maxTokens = request.GetCount(RpcMember.MaxTokens);
        using SpanOwner<byte> owner = request.GetUtf8(RpcMember.Text, out int length);
        ReadOnlySpan<byte> utf8 = owner.Span[..length];
        utf8 = request.GetString(RpcMember.Keep) switch
        {
            null or "start" => utf8[..Tokenizer.GetPrefixLength(utf8, maxTokens, options)],
            "end" => utf8[Tokenizer.GetSuffixStart(utf8, maxTokens, options)..],
            string other => throw RpcRequest.Unfit(RpcMember.Keep, $"start or end, not {other}"),
        };
        json.WriteString("text"u8, utf8);
        json.WriteNumber("count"u8, Tokenizer.Count(utf8, options));
    }

    // Special text that is not allowed is ordinary text here.
    private static EncodeOptions ReadOptions(RpcRequest request)
    {
        if (request.IsAbsent(RpcMember.AllowedSpecial))
        {
            return EncodeOptions.Ordinary;
        }

        Utf8JsonReader json = request.Reader(RpcMember.AllowedSpecial);
        if (json.TokenType == JsonTokenType.String && json.ValueTextEquals("all"u8))
        {
            return EncodeOptions.AllSpecial;
        }

        if (json.TokenType != JsonTokenType.StartArray)
        {
            throw RpcRequest.Unfit(RpcMember.AllowedSpecial, "\"all\" or a list of names");
        }

        List<string> names = [];
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            names.Add(json.TokenType == JsonTokenType.String
                ? RpcRequest.WellFormed(ref json)
                : throw RpcRequest.Unfit(RpcMember.AllowedSpecial, "\"all\" or a list of names"));
        }

        return EncodeOptions.Allow([.. names]) with { OtherSpecial = SpecialTextHandling.Ordinary };
    }

    private static void DecodeUtf8(RpcRequest request, Utf8JsonWriter json)
    {
        using ArrayPoolBufferWriter<int> ids = request.GetIds(RpcMember.Tokens);
        json.WriteString("text"u8, Tokenizer.DecodeStrict(ids.WrittenSpan));
    }

    private static void DecodeBytes(RpcRequest request, Utf8JsonWriter json)
    {
        using ArrayPoolBufferWriter<int> ids = request.GetIds(RpcMember.Tokens);
        json.WriteString("hex"u8, Convert.ToHexStringLower(Tokenizer.DecodeBytes(ids.WrittenSpan)));
    }

    private static void WriteSpecialTokens(Utf8JsonWriter json)
    {
        json.WriteStartArray("special_tokens"u8);
        foreach (SpecialToken token in Tokenizer.SpecialTokens)
        {
            json.WriteStringValue(token.Name);
        }

        json.WriteEndArray();
    }
}
