using System.Text.Json;
using System.Text.Json.Nodes;
using Harmony.Bpe;
using Harmony.Cli.Rpc;

namespace Harmony.Cli.Tests.Rpc;

/// <summary>The resilient parser, and the small operations beside it, over rpc.</summary>
public class ReadOperationTests
{
    private const string Tools =
        """{"functions":{"name":"functions","tools":[{"name":"get_weather","description":""}]}}""";

    [Fact]
    public void Read_Completion_GivesEverySegment()
    {
        int[] ids = Ids("<|channel|>analysis<|message|>So.<|end|>"
            + "<|start|>assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>{}<|call|>");
        JsonNode response = Read(ids);
        Assert.Equal(
            [
                "header 0 assistant analysis   reasoning ''", "delta 0 assistant analysis   reasoning 'So.'",
                "message_end 0 assistant analysis   reasoning ''",
                "header 1 assistant commentary functions.f <|constrain|>json function ''",
                "delta 1 assistant commentary functions.f <|constrain|>json function '{}'",
                "message_end 1 assistant commentary functions.f <|constrain|>json function ''",
            ],
            response["segments"]!.AsArray().Select(static one => Show(one!)));
        Assert.Equal(ids, TokensOf(response));
        Assert.Equal(2, response["messages"]!.AsArray().Count);
        Assert.Equal(
            $$"""{"total":{{ids.Length}},"reasoning":2,"commentary":1,"final":0,"other":0,"format":{{ids.Length - 3}}}""",
            response["counts"]!.ToJsonString());
        Assert.Equal("tool_calls", (string?)response["finish"]);
    }

    [Theory]
    [InlineData("I use python here.<|channel|>final<|message|>Hello<|return|>", "user", "stop")]
    [InlineData("<|channel|>commentary to=get_time<|message|>{}<|call|>", "unknown", "tool_calls")]
    [InlineData("<|channel|>analysis to=python<|message|>1<|call|>", "built_in_tool", "tool_calls")]
    [InlineData("<|channel|>final<|message|>a", "user", "incomplete")]
    public void Read_RouteAndFinish_AreSpelled(string completion, string route, string finish)
    {
        JsonNode response = Read(Ids(completion));
        Assert.Equal(route, (string?)response["segments"]!.AsArray()[^1]!["route"]);
        Assert.Equal(finish, (string?)response["finish"]);
    }

    [Theory]
    [InlineData("get_weather", "function")]
    [InlineData("functions.get_time", "undeclared_tool")]
    public void Read_Tools_AreTheDeclaredOnes(string recipient, string route)
    {
        JsonNode response = Read(
            Ids($"<|channel|>commentary to={recipient}<|message|>{{}}<|call|>"), $$""","tools":{{Tools}}""");
        Assert.Equal(route, (string?)response["segments"]![0]!["route"]);
        Assert.Equal(recipient, (string?)response["messages"]![0]!["recipient"]);
    }

    [Fact]
    public void Read_Skipped_HasItsTextAndDiagnostic()
    {
        JsonNode response = Read(Ids("Hi <|start|>assistant<|channel|>final<|message|>a<|return|>"));
        Assert.Equal("unexpected_text", (string?)response["segments"]![0]!["diagnostic"]);
        Assert.Equal("skipped 0 'Hi '", Show(response["segments"]![1]!));
    }

    [Theory]
    [InlineData("Hello<|return|>", "", 1)]
    [InlineData("Hello<|return|>", ",\"skip_stray_text\":true", 0)]
    public void Read_StrayText_IsSkippedIfAskedTo(string completion, string more, int messages) =>
        Assert.Equal(messages, Read(Ids(completion), more)["messages"]!.AsArray().Count);

    [Theory]
    // By default for the answer alone, with null for all channels.
    [InlineData("final", """{"text":"STOP"}""", true)]
    [InlineData("analysis", """{"text":"STOP"}""", false)]
    [InlineData("analysis", """{"text":"STOP","channel":"analysis"}""", true)]
    [InlineData("analysis", """{"text":"STOP","channel":null}""", true)]
    [InlineData("final", """{"channel":"analysis","text":"STOP"},{"text":"x"}""", false)]
    public void Read_StopStrings_EndTheirChannel(string channel, string stops, bool isStopped)
    {
        JsonNode response = Read(
            Ids($"<|channel|>{channel}<|message|>a STOP b<|return|>"), $$""","stop_strings":[{{stops}}]""");
        Assert.Equal(isStopped ? "a " : "a STOP b", (string?)response["messages"]![0]!["content"]);
        Assert.Equal(isStopped ? "stop_string" : "stop", (string?)response["finish"]);
    }

    [Fact]
    public void Read_Continues_GivesTheWholeMessage()
    {
        JsonNode response = Read(
            Ids(" to=user is fine.<|return|>"),
            ""","continues":{"role":"assistant","channel":"final","content":"My answer"},"config":{"keep_sampled":true}""");
        Assert.Equal("My answer to=user is fine.", (string?)response["messages"]![0]!["content"]);
        Assert.Equal(200_006, (int?)response["messages"]![0]!["sampled_tokens"]![0]);
        Assert.Equal(" to=user is fine.", (string?)response["segments"]![1]!["text"]);
        Assert.Equal("stop", (string?)response["finish"]);
    }

    [Fact]
    public void Read_ContinuesWithSampledIds_KeepsThem()
    {
        const string Begun = "200006,173781,200005,17196,200008,39,72";
        JsonNode response = Read(
            [481, 200_002],
            $$""","continues":{"role":"assistant","channel":"final","content":"Hi","sampled_tokens":[{{Begun}}]},"""
            + """
            "config":{"keep_sampled":true}
            """);
        Assert.Equal(
            $"[{Begun},481,200002]", response["messages"]![0]!["sampled_tokens"]!.ToJsonString());
    }

    [Fact]
    public void Read_Pushes_ChangeOnlyTheDeltas()
    {
        int[] ids = Ids("<|channel|>final<|message|>One two three four<|return|> junk");
        JsonNode whole = Read(ids);
        foreach (string pushes in (string[])["[1,1,1,1,1]", "[0,2,4294967295]", "[]", "[5,1]", "[1,100,3]"])
        {
            JsonNode response = Read(ids, $$""","pushes":{{pushes}}""");
            Assert.Equal(ids, TokensOf(response));
            foreach (string member in (string[])["messages", "counts", "finish"])
            {
                Assert.True(JsonNode.DeepEquals(whole[member], response[member]), member);
            }
        }
    }

    [Theory]
    [InlineData("<|start|>user<|message|>a<|end|>", "", "user", 0)]
    [InlineData("<|message|>a<|end|>", ",\"role\":\"user\"", "user", 0)]
    [InlineData("<|channel|>final<|message|>a<|end|>", "", "assistant", 0)]
    public void Read_Role_IsTheAssistantUnlessTheIdsBeginAMessage(
        string completion, string more, string role, int diagnostics)
    {
        JsonNode response = Read(Ids(completion), more);
        Assert.Equal(role, (string?)response["messages"]![0]!["role"]);
        Assert.Equal(
            diagnostics, response["segments"]!.AsArray().Count(static one => one!["diagnostic"] is not null));
    }

    [Theory]
    [InlineData("\"tokens\":5")]
    [InlineData("\"tokens\":[1],\"pushes\":5")]
    [InlineData("\"tokens\":[1],\"pushes\":[-1]")]
    [InlineData("\"tokens\":[1],\"tools\":[]")]
    [InlineData("\"tokens\":[1],\"stop_strings\":{}")]
    [InlineData("\"tokens\":[1],\"stop_strings\":[\"a\"]")]
    [InlineData("\"tokens\":[1],\"stop_strings\":[{}]")]
    [InlineData("\"tokens\":[1],\"stop_strings\":[{\"text\":\"\"}]")]
    [InlineData("\"tokens\":[1],\"stop_strings\":[{\"text\":null}]")]
    [InlineData("\"tokens\":[1],\"stop_strings\":[{\"text\":\"a\",\"channel\":5}]")]
    [InlineData("\"tokens\":[1],\"continues\":{\"role\":\"robot\",\"content\":\"\"}")]
    [InlineData("\"tokens\":[1],\"continues\":{\"role\":\"developer\",\"content\":[{\"type\":\"developer_content\"}]}")]
    [InlineData("\"tokens\":[1],\"continues\":{\"role\":\"tool\",\"content\":\"{\"}")]
    [InlineData("\"tokens\":[1],\"role\":\"robot\"")]
    [InlineData("\"tokens\":[1],\"skip_stray_text\":1")]
    public void Read_UnfitValue_IsAnErrorOfThatKind(string members)
    {
        JsonNode response = JsonNode.Parse(Assert.Single(RpcExchange.Run($$"""{"op":"read",{{members}}}""")))!;
        Assert.Equal(RpcException.Value, (string?)response["kind"]);
    }

    [Fact]
    public void Read_StopStringsTooLong_IsAnError()
    {
        string stops = string.Join(
            ',', Enumerable.Range(0, 100).Select(static i => $$"""{"text":"{{new string('a', 100)}}{{i}}"}"""));
        JsonNode response = JsonNode.Parse(
            Assert.Single(RpcExchange.Run($$"""{"op":"read","tokens":[1],"stop_strings":[{{stops}}]}""")))!;
        Assert.Contains("4096", (string?)response["error"], StringComparison.Ordinal);
    }

    [Fact]
    public void Info_Request_SaysWhatThisIs()
    {
        JsonNode info = JsonNode.Parse(Assert.Single(RpcExchange.Run("""{"op":"info"}""")))!;
        Assert.Equal(
            ("HarmonyGptOss", "o200k_harmony", 524_288, 201_089),
            ((string?)info["name"], (string?)info["tokenizer_name"], (int)info["max_message_tokens"]!,
                (int)info["vocabulary_size"]!));
        Assert.Matches(@"^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$", (string?)info["version"]);
    }

    [Theory]
    [InlineData("""{"op":"count","text":"Hello world"}""", """{"count":2}""")]
    [InlineData("""{"op":"count","text":"<|end|>"}""", """{"count":5}""")]
    [InlineData("""{"op":"count","text":"<|end|>","allowed_special":"all"}""", """{"count":1}""")]
    [InlineData("""{"op":"truncate","text":"Hello world wide","max_tokens":2}""", """{"text":"Hello world","count":2}""")]
    [InlineData("""{"op":"truncate","text":"Hello world wide","max_tokens":2,"keep":"start"}""",
        """{"text":"Hello world","count":2}""")]
    [InlineData("""{"op":"truncate","text":"Hello world wide","max_tokens":2,"keep":"end"}""",
        """{"text":" world wide","count":2}""")]
    [InlineData("""{"op":"truncate","text":"Hello","max_tokens":9}""", """{"text":"Hello","count":1}""")]
    [InlineData("""{"op":"truncate","text":"Hello","max_tokens":0}""", """{"text":"","count":0}""")]
    public void CountAndTruncate_Texts_AreAnswered(string request, string response) =>
        Assert.Equal(response, Assert.Single(RpcExchange.Run(request)));

    [Theory]
    [InlineData("""{"op":"count"}""", RpcException.Request)]
    [InlineData("""{"op":"count","text":5}""", RpcException.Value)]
    [InlineData("""{"op":"truncate","text":"a"}""", RpcException.Request)]
    [InlineData("""{"op":"truncate","text":"a","max_tokens":-1}""", RpcException.Value)]
    [InlineData("""{"op":"truncate","text":"a","max_tokens":1.5}""", RpcException.Value)]
    [InlineData("""{"op":"truncate","text":"a","max_tokens":"1"}""", RpcException.Value)]
    [InlineData("""{"op":"truncate","text":"a","max_tokens":1,"keep":"middle"}""", RpcException.Value)]
    public void CountAndTruncate_Unfit_IsAnError(string request, string kind) =>
        Assert.Equal(kind, (string?)JsonNode.Parse(Assert.Single(RpcExchange.Run(request)))!["kind"]);

    private static JsonNode Read(int[] ids, string more = "")
    {
        string request = $$"""{"op":"read","tokens":{{JsonSerializer.Serialize(ids)}}{{more}}}""";
        JsonNode response = JsonNode.Parse(Assert.Single(RpcExchange.Run(request)))!;
        Assert.Null(response["error"]);
        return response;
    }

    private static int[] TokensOf(JsonNode response) =>
    [
        .. response["segments"]!.AsArray().SelectMany(
            static one => one!["tokens"]!.AsArray().Select(static id => (int)id!)),
    ];

    private static string Show(JsonNode segment)
    {
        string address = segment["role"] is null
            ? ""
            : $"{segment["role"]} {segment["channel"]} {segment["recipient"]} {segment["content_type"]} {segment["route"]} ";
        return $"{segment["kind"]} {segment["message"]} {address}'{segment["text"]}'";
    }

    private static int[] Ids(string completion) =>
        BpeTokenizer.O200kHarmony.Encode(completion, EncodeOptions.AllSpecial);
}
