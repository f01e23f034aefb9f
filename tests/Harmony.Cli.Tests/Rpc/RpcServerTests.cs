using System.Text;
using System.Text.Json;
using Harmony.Cli.Rpc;

namespace Harmony.Cli.Tests.Rpc;

public class RpcServerTests
{
    private const string Good = """{"op":"encode","text":"Hello"}""";
    private const string GoodResponse = """{"tokens":[13225]}""";

    public static TheoryData<string> NoRequests =>
    [
        "", "   ", "x", "null", "5", "[]", "\"op\"", "{", "{}", "{\"op\":5}", "{\"op\":null}", "{\"op\":\"\"}",
        "{\"op\":\"nothing\"}",
        Good + Good, Good + "x", "{\"op\":\"encode\",}", "{'op':'encode'}", "{\"op\":\"encode\"", "\0",
        "{\"op\":\"encode\"}", "{\"op\":\"decode_utf8\"}", "{\"op\":\"render\"}", "{\"op\":\"render_conversation\"}",
        "{\"op\":\"stream\"}", "{\"op\":\"is_special_token\"}", "{\"op\":\"get_tool_namespace_config\"}",
        "{\"op\":\"render_conversation_for_completion\",\"conversation\":{\"messages\":[]}}",
        "{\"op\":\"stop_tokens\",\"dialect\":\"pirate\"}", "{\"op\":\"encode\",\"text\":\"a\tb\"}",
        "{\"op\":\"encode\",\"text\":null}", "{\"op\":\"decode_utf8\",\"tokens\":null}",
        "{\"op\":\"render\",\"message\":null}", "{\"op\":\"render_conversation\",\"conversation\":null}",
    ];

    public static TheoryData<string> UnfitValues =>
    [
        "{\"op\":\"encode\",\"text\":5}", "{\"op\":\"encode\",\"text\":\"x\",\"allowed_special\":[\"\\ud800\"]}",
        "{\"op\":\"encode\",\"text\":\"x\",\"allowed_special\":\"some\"}",
        "{\"op\":\"encode\",\"text\":\"x\",\"allowed_special\":[5]}",
        "{\"op\":\"decode_utf8\",\"tokens\":5}", "{\"op\":\"decode_utf8\",\"tokens\":[-1]}",
        "{\"op\":\"decode_utf8\",\"tokens\":[1.5]}", "{\"op\":\"decode_utf8\",\"tokens\":[4294967296]}",
        "{\"op\":\"decode_utf8\",\"tokens\":[\"1\"]}", "{\"op\":\"decode_bytes\",\"tokens\":[[1]]}",
        "{\"op\":\"is_special_token\",\"token\":\"x\"}", "{\"op\":\"get_tool_namespace_config\",\"tool\":\"x\"}",
        "{\"op\":\"stream\",\"tokens\":[],\"role\":\"robot\"}", "{\"op\":\"stream\",\"tokens\":[],\"role\":5}",
        "{\"op\":\"stream\",\"tokens\":[],\"strict\":\"yes\"}", "{\"op\":\"stream\",\"tokens\":[],\"eos\":1}",
        "{\"op\":\"render_conversation\",\"conversation_json\":\"{\"}",
        "{\"op\":\"render_conversation\",\"conversation_json\":5}", "{\"op\":\"render\",\"message\":[]}",
        "{\"op\":\"render_conversation\",\"conversation_json\":\"\\ud800\"}",
        "{\"op\":\"render_conversation\",\"conversation\":{\"messages\":[]},\"config\":5}",
    ];

    [Theory]
    [MemberData(nameof(NoRequests))]
    public void Run_NoRequest_ErrorOfThatKindAndGoesOn(string line) =>
        AssertError(line, RpcException.Request);

    [Theory]
    [MemberData(nameof(UnfitValues))]
    public void Run_UnfitValue_ErrorOfThatKindAndGoesOn(string line) => AssertError(line, RpcException.Value);

    [Theory]
    [InlineData(
        """{"op":"render_conversation","conversation_json":null,"conversation":{"messages":[]}}""")]
    [InlineData("""{"op":"render","message_json":null,"message":{"role":"user","content":"x"}}""")]
    [InlineData("""{"op":"encode","text":"x","allowed_special":null,"dialect":null}""")]
    public void Run_NullMember_IsAsAbsent(string line) =>
        Assert.StartsWith("{\"tokens\":", Assert.Single(RpcExchange.Run(line)), StringComparison.Ordinal);

    [Theory]
    [InlineData(
        "{\"op\":\"decode_utf8\",\"tokens\":[0,4294967295]}", "Invalid token for decoding: 4294967295")]
    [InlineData("{\"op\":\"decode_bytes\",\"tokens\":[201089]}", "Invalid token for decoding: 201089")]
    [InlineData("{\"op\":\"decode_utf8\",\"tokens\":[187]}", "Invalid utf-8")]
    [InlineData(
        "{\"op\":\"parse_messages_from_completion_tokens\",\"tokens\":[4294967295]}",
        "Unexpected token 4294967295 while expecting start token 200006")]
    public void Run_Failure_HasThePhrase(string line, string phrase)
    {
        AssertError(line, RpcException.Harmony);
        Assert.Contains(phrase, RpcExchange.Run(line)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Run_BytesThatAreNoUtf8_ErrorAndGoesOn()
    {
        string[] responses = RpcExchange.Run(
            [.. "{\"op\":\"encode\",\"text\":\""u8, 0xFF, .. "\"}\n"u8, .. Encoding.UTF8.GetBytes(Good)]);
        Assert.Equal(2, responses.Length);
        Assert.Contains("\"kind\":\"request\"", responses[0], StringComparison.Ordinal);
        Assert.Equal(GoodResponse, responses[1]);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("\"a \\\" b\"")]
    [InlineData("null")]
    [InlineData("{\"x\":[1, 2.50, \"\\u00e9\"]}")]
    public void Run_Id_ComesBackAsSpelled(string id)
    {
        string[] responses = RpcExchange.Run(
            $"{{\"id\":{id},\"op\":\"encode\",\"text\":\"Hello\"}}\n{{\"op\":\"bogus\",\"id\":{id}}}\n");
        Assert.Equal($$"""{"tokens":[13225],"id":{{id}}}""", responses[0]);
        Assert.EndsWith($",\"id\":{id}}}", responses[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Run_LineEndsAndMarks_DoNotMatter()
    {
        Assert.Equal([GoodResponse, GoodResponse], RpcExchange.Run($"\uFEFF{Good}\r\n  {Good} "));
        Assert.Empty(RpcExchange.Run(""));
        Assert.Equal(
            [GoodResponse, GoodResponse, GoodResponse],
            RpcExchange.Run($"{Good}\n{Good}\n{Good}\n", bytesAtATime: 1));
    }

    [Fact]
    public void Run_LongLine_IsServed()
    {
        string text = string.Concat(Enumerable.Repeat("word ", 200_000));
        string[] responses = RpcExchange.Run(
            $$"""{"op":"encode","text":"{{text}}"}""" + "\n" + Good, bytesAtATime: 4000);
        using JsonDocument first = JsonDocument.Parse(responses[0]);
        Assert.Equal(200_001, first.RootElement.GetProperty("tokens").GetArrayLength());
        Assert.Equal(GoodResponse, responses[1]);
    }

    [Theory]
    [InlineData("\\ud800", "\uFFFD")]
    [InlineData("\\uDFFF\\ud83d\\ude0a\\ud83d", "\uFFFD😊\uFFFD")]
    [InlineData("a\\\\ud800\\\"\\n\\ude0a\\ud83d", "a\\ud800\"\n\uFFFD\uFFFD")]
    public void Run_LoneSurrogatesInText_AreReplaced(string escaped, string meaning)
    {
        string expected = JsonSerializer.Serialize(new { op = "encode", text = meaning });
        string[] responses = RpcExchange.Run($$"""{"op":"encode","text":"{{escaped}}"}""" + "\n" + expected);
        Assert.StartsWith("{\"tokens\":[", responses[0], StringComparison.Ordinal);
        Assert.Equal(responses[1], responses[0]);
    }

    [Fact]
    public void Run_DeepNesting_IsAnErrorOfTheConversation()
    {
        const int Depth = 200_000;
        string nested = new string('[', Depth) + new string(']', Depth);
        AssertError($$"""{"op":"render_conversation","conversation":{{nested}}}""", RpcException.Value);
        string[] responses = RpcExchange.Run($$"""{"op":"encode","text":"Hello","other":{{nested}}}""");
        Assert.Equal(GoodResponse, responses[0]);
    }

    [Fact]
    public void Run_RandomBytes_OneResponseForEachLine()
    {
        var random = new Random(20240605);
        byte[] alphabet = Encoding.UTF8.GetBytes(
            "{}[]\":,\\u0d8op encodtxkl123.-\r\t\0é" + """{"op":"stream","tokens":[200006,173781,200008,1]}""");
        var requests = new List<byte>();
        int lines = 2000;
        for (int line = 0; line < lines; line++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(
                line % 3 == 0 ? Good : """{"op":"stream","tokens":[200006,173781,200008,1,200007],"eos":true}""");
            for (int change = 0; change < line % 4; change++)
            {
                bytes[random.Next(bytes.Length)] = alphabet[random.Next(alphabet.Length)];
            }

            requests.AddRange(bytes);
            requests.Add((byte)'\n');
        }

        string[] responses = RpcExchange.Run([.. requests], bytesAtATime: 777);
        Assert.Equal(lines, responses.Length);
        Assert.All(responses, static response => JsonDocument.Parse(response).Dispose());
    }

    [Fact]
    public void Run_SpecialTokens_AllByTheirIds()
    {
        using JsonDocument response = JsonDocument.Parse(RpcExchange.Run("""{"op":"special_tokens"}""")[0]);
        JsonElement tokens = response.RootElement.GetProperty("special_tokens");
        string[] names = [.. tokens.EnumerateArray().Select(static name => name.GetString()!)];
        Assert.Equal(1091, names.Length);
        Assert.Equal("<|startoftext|>", names[0]);
        Assert.Equal("<|return|>", names[200002 - 199998]);
        Assert.Equal("<|reserved_201088|>", names[^1]);
    }

    private static void AssertError(string line, string kind)
    {
        string[] responses = RpcExchange.Run($"{line}\n{Good}\n");
        Assert.Equal(2, responses.Length);
        using JsonDocument error = JsonDocument.Parse(responses[0]);
        Assert.Equal(kind, error.RootElement.GetProperty("kind").GetString());
        Assert.NotEmpty(error.RootElement.GetProperty("error").GetString()!);
        Assert.Equal(GoodResponse, responses[1]);
    }
}
