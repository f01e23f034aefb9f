using System.Text;
using Harmony.Core;

namespace Harmony.OpenAI.Tests;

public sealed class ChatCompletionMapperTests
{
    private const string Hi = """[{"role":"user","content":"Hi"}]""";

    [Fact]
    public void ToPrompt_SystemAndDeveloperMessages_AreJoinedInstructions()
    {
        HarmonyPrompt prompt = Answers.Chat("""
            {"messages":[{"role":"system","content":"One."},{"role":"user","name":"alice","content":"Hi"},
            {"role":"developer","content":[{"type":"text","text":"Two."}]}],"unknown":{"a":[1]}}
            """);

        Assert.Equal(
            "One.\n\nTwo.", Assert.IsType<DeveloperContent>(prompt.Conversation[1].Contents[0]).Instructions);
        Assert.Equal(new Author(Role.User, "alice"), prompt.Conversation[2].Author);
        Assert.Equal(3, prompt.Conversation.Count);
    }

    [Theory]
    [InlineData("reasoning_content", true, 4)]
    [InlineData("reasoning", true, 4)]
    [InlineData("reasoning", false, 3)]
    public void ToPrompt_Reasoning_IsKeptOrDropped(string field, bool keeps, int count)
    {
        HarmonyPrompt prompt = Answers.Chat(
            $$"""{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo","{{field}}":"Hm."}]}""",
            new OpenAIMappingOptions { KeepReasoning = keeps });

        Assert.Equal(count, prompt.Conversation.Count);
        Assert.Equal(keeps ? Channels.Analysis : Channels.Final, prompt.Conversation[2].Channel);
        Assert.Equal(Message.Assistant("Yo", Channels.Final), prompt.Conversation[^1]);
    }

    [Fact]
    public void ToPrompt_ParallelCalls_AreConsecutiveMessages()
    {
        HarmonyPrompt prompt = Answers.Chat("""
            {"messages":[{"role":"user","content":"Rain?"},
            {"role":"assistant","content":null,"tool_calls":[
              {"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\": 1}"}},
              {"id":"b","type":"function","function":{"name":"g","arguments":""}}]},
            {"role":"tool","tool_call_id":"b","content":"2"},{"role":"tool","tool_call_id":"a","content":"1"}]}
            """);

        Assert.Equal(
            [
                Message.User("Rain?"),
                Message.ToolCall("functions.f", "{\"x\": 1}"),
                Message.ToolCall("functions.g", ""),
                Message.ToolResult("functions.g", "2"),
                Message.ToolResult("functions.f", "1"),
            ],
            prompt.Conversation.Skip(1));
    }

    [Theory]
    [InlineData("none", ReasoningEffort.Low)]
    [InlineData("minimal", ReasoningEffort.Low)]
    [InlineData("low", ReasoningEffort.Low)]
    [InlineData("medium", ReasoningEffort.Medium)]
    [InlineData("high", ReasoningEffort.High)]
    [InlineData("xhigh", ReasoningEffort.High)]
    public void ToPrompt_ReasoningEffort_IsTheNearest(string effort, ReasoningEffort expected)
    {
        HarmonyPrompt prompt = Answers.Chat($$"""{"messages":{{Hi}},"reasoning_effort":"{{effort}}"}""");

        Assert.Equal(
            expected, Assert.IsType<SystemContent>(prompt.Conversation[0].Contents[0]).ReasoningEffort);
    }

    [Theory]
    [InlineData("\"none\"", false, false, null)]
    [InlineData("\"auto\"", true, false, null)]
    [InlineData("\"required\"", true, true, "functions.get_weather")]
    [InlineData("""{"type":"function","function":{"name":"get-weather"}}""", true, true, "functions.get_weather")]
    public void ToPrompt_ToolChoice_IsFollowed(string choice, bool declares, bool mustCall, string? required)
    {
        HarmonyPrompt prompt = Answers.Chat(
            $$"""{"messages":{{Hi}},"tools":{{Answers.Tools}},"tool_choice":{{choice}} }""");

        Assert.Equal(
            declares, Answers.Text(prompt).Contains("type get_weather = ", StringComparison.Ordinal));
        Assert.Equal((mustCall, required), (prompt.MustCallTool, prompt.RequiredTool));
        if (required is not null)
        {
            Assert.EndsWith(
                "<|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>",
                Answers.Text(prompt),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ToPrompt_RequiredAmongSeveralTools_IsAskedFor()
    {
        HarmonyPrompt prompt = Answers.Chat($$$"""
            {"messages":{{{Hi}}},"tool_choice":"required","tools":[{"type":"function","function":{"name":"f"}},
            {"type":"function","function":{"name":"g"}}]}
            """);

        Assert.True(prompt.MustCallTool);
        Assert.Null(prompt.RequiredTool);
        Assert.Contains("Call one of the functions", Answers.Text(prompt), StringComparison.Ordinal);
    }

    [Fact]
    public void ToPrompt_AnEmptyAnswerInTheHistory_IsKept() => Assert.Equal(
        Message.Assistant("", Channels.Final),
        Answers.Chat("""{"messages":[{"role":"assistant","content":""}]}""").Conversation[^1]);

    [Theory]
    [InlineData("")]
    [InlineData("\"content\":null,")]
    [InlineData("\"content\":\"\",")]
    [InlineData("\"content\":[{\"type\":\"text\",\"text\":\"\"}],")]
    public void ToPrompt_ARefusalWithoutAText_IsKept(string content) => Assert.Equal(
        Message.Assistant("No way.", Channels.Final),
        Answers.Chat($$"""{"messages":[{"role":"assistant",{{content}}"refusal":"No way."}]}""").Conversation[^1]);

    [Theory]
    [InlineData("nests deeper than 256 levels: line 2, byte 267", 300, "")]
    [InlineData("is not valid JSON: line 2, byte 16", 1, "\"x\":")]
    public void Read_ABodyThatCannotBeRead_IsRefusedWithThePlace(string problem, int depth, string inner)
    {
        string json = $"{{\n\"metadata\":{new string('[', depth)}{inner}{new string(']', depth)}}}";

        OpenAIRequestException refusal = Assert.Throws<OpenAIRequestException>(() => Answers.Chat(json));

        Assert.Equal("invalid_json", refusal.Code);
        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("E9", "\"role\":\"user\",\"content\"", "messages[0].content")]
    [InlineData("E9", "\"role\"", "messages[0].role")]
    [InlineData("5C7544383030", "\"role\":\"user\",\"content\"", "messages[0].content")]
    [InlineData("5C7544383030", "\"role\"", "messages[0].role")]
    public void Read_AStringThatIsNoText_IsRefusedWithThePlace(string hex, string member, string param)
    {
        byte[] body =
        [
            .. Encoding.UTF8.GetBytes($"{{\"messages\":[{{{member}:\"caf"),
            .. Convert.FromHexString(hex),
            .. "\"}],\"other\":7}"u8,
        ];

        OpenAIRequestException refusal =
            Assert.Throws<OpenAIRequestException>(() => OpenAIJson.ReadChatCompletionRequest(body));

        Assert.Equal((param, "invalid_value"), (refusal.Param, refusal.Code));
        Assert.Contains("not valid UTF-8", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AWrongTypeBesideAStringThatIsNoText_IsRefusedForTheType()
    {
        OpenAIRequestException refusal = Assert.Throws<OpenAIRequestException>(
            () => Answers.Chat("""{"other":"\ud800","model":7}"""));

        Assert.Equal(("model", "invalid_type"), (refusal.Param, refusal.Code));
    }

    [Theory]
    [InlineData(240, null)]
    [InlineData(260, "invalid_json")]
    public void ToPrompt_ADeepSchema_IsReadOrRefused(int depth, string? code)
    {
        string deep = string.Concat(Enumerable.Repeat("{\"items\":", depth)) + "{}" + new string('}', depth);
        string json = $$$"""
            {"messages":{{{Hi}}},"response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{{{deep}}} } } }
            """;

        Exception? refusal = Record.Exception(() => Answers.Chat(json));

        Assert.Equal(code, (refusal as OpenAIRequestException)?.Code);
        Assert.Equal(code is null, refusal is null);
    }

    [Fact]
    public void ToPrompt_JsonFormats_AreAskedFor()
    {
        HarmonyPrompt any = Answers.Chat($$$"""{"messages":{{{Hi}}},"response_format":{"type":"json_object"}}""");
        HarmonyPrompt schema = Answers.Chat($$$"""
            {"messages":{{{Hi}}},"response_format":{"type":"json_schema","json_schema":{"name":"answer",
            "schema":{"type":"object"},"strict":true} } }
            """);

        Assert.True(any.MustAnswerJson);
        Assert.Contains("one JSON object", Answers.Text(any), StringComparison.Ordinal);
        Assert.True(schema.MustAnswerJson);
        Assert.Contains("# Response Formats\n\n## answer", Answers.Text(schema), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""", "messages", "missing_required_parameter")]
    [InlineData("""{"messages":[]}""", "messages", "missing_required_parameter")]
    [InlineData("""{"messages":[null]}""", "messages[0]", "missing_required_parameter")]
    [InlineData("""{"messages":[{"content":"a"}]}""", "messages[0].role", "missing_required_parameter")]
    [InlineData("""{"messages":[{"role":"robot","content":"a"}]}""", "messages[0].role", "invalid_value")]
    [InlineData("""{"messages":[{"role":"function","content":"a"}]}""", "messages[0].role", "unsupported_value")]
    [InlineData("""{"messages":[{"role":"user"}]}""", "messages[0].content", "missing_required_parameter")]
    [InlineData("""{"messages":[{"role":"user","name":"a to=functions.pay","content":"a"}]}""", "messages[0].name", "invalid_value")]
    [InlineData("""{"messages":[{"role":"user","name":"to=all","content":"a"}]}""", "messages[0].name", "invalid_value")]
    [InlineData("""{"messages":[{"role":"assistant"}]}""", "messages[0].content", "missing_required_parameter")]
    [InlineData("""{"messages":[{"role":"tool","content":"a"}]}""", "messages[0].tool_call_id", "missing_required_parameter")]
    [InlineData("""{"messages":[{"role":"tool","tool_call_id":"x","content":"a"}]}""", "messages[0].tool_call_id", "invalid_value")]
    [InlineData("""{"messages":[{"role":"assistant","tool_calls":[{"id":"a","function":{}}]}]}""", "messages[0].tool_calls[0].function.name", "missing_required_parameter")]
    [InlineData("""{"messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f"}}]}]}""", "messages[0].tool_calls[0].id", "missing_required_parameter")]
    [InlineData("""{"messages":[{"role":"assistant","function_call":{"name":"f"}}]}""", "messages[0].function_call", "unsupported_value")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"input_audio"}]}]}""", "messages[0].content[0].type", "unsupported_value")]
    [InlineData("""{"messages":5}""", "messages", "invalid_type")]
    [InlineData("""{"messages":[{"role":5}]}""", "messages[0].role", "invalid_type")]
    [InlineData("""{"messages":[{"role":"user","content":5}]}""", "messages[0].content", "invalid_type")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"text"},{"type":"text","text":5}]}]}""", "messages[0].content[1].text", "invalid_type")]
    [InlineData("""{"messages":[{},{"tool_calls":[{"function":{"name":[]}}]}]}""", "messages[1].tool_calls[0].function.name", "invalid_type")]
    [InlineData("""{"tool_choice":5}""", "tool_choice", "invalid_type")]
    [InlineData("""{"stop":[1]}""", "stop[0]", "invalid_type")]
    [InlineData("""{"max_tokens":"5"}""", "max_tokens", "invalid_type")]
    [InlineData("""{"messages":[""", null, "invalid_json")]
    [InlineData("""{"messages":[{"role":"user","content":"\ud800"}]}""", "messages[0].content", "invalid_value")]
    [InlineData("""{"stop":["\ud800"]}""", "stop[0]", "invalid_value")]
    [InlineData("""{"tool_choice":{"type":"\ud800"}}""", "tool_choice", "invalid_value")]
    [InlineData("""[]""", null, "invalid_json")]
    [InlineData("""null""", null, "invalid_json")]
    public void ToPrompt_ABadRequest_IsRefusedWithItsPlace(string json, string? param, string code)
    {
        OpenAIRequestException refusal = Assert.Throws<OpenAIRequestException>(() => Answers.Chat(json));

        Assert.Equal((param, code), (refusal.Param, refusal.Code));
        Assert.Equal("invalid_request_error", refusal.ToResponse().Error.Type);
    }

    [Theory]
    [InlineData("\"n\":2", "n")]
    [InlineData("\"logprobs\":true", "logprobs")]
    [InlineData("\"modalities\":[\"text\",\"audio\"]", "modalities")]
    [InlineData("\"audio\":{\"voice\":\"alloy\"}", "audio")]
    [InlineData("\"functions\":[{}]", "functions")]
    [InlineData("\"logit_bias\":{\"1\":5}", "logit_bias")]
    [InlineData("\"presence_penalty\":1", "presence_penalty")]
    [InlineData("\"max_completion_tokens\":0", "max_completion_tokens")]
    [InlineData("\"temperature\":3", "temperature")]
    [InlineData("\"top_p\":0", "top_p")]
    [InlineData("\"reasoning_effort\":\"huge\"", "reasoning_effort")]
    [InlineData("\"stop\":[\"\"]", "stop[0]")]
    [InlineData("\"stop\":[\"1\",\"2\",\"3\",\"4\",\"5\"]", "stop")]
    [InlineData("\"tool_choice\":\"required\"", "tool_choice")]
    [InlineData("\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}", "tool_choice")]
    [InlineData("\"tool_choice\":{\"type\":\"allowed_tools\"}", "tool_choice")]
    [InlineData("\"tools\":[{\"type\":\"custom\"}]", "tools[0].type")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{}}]", "tools[0].function.name")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":[]}}]", "tools[0].function.parameters")]
    [InlineData("\"response_format\":{\"type\":\"grammar\"}", "response_format.type")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\"}", "response_format.json_schema.name")]
    public void ToPrompt_WhatCannotBe_IsRefused(string member, string param)
    {
        OpenAIRequestException refusal = Assert.Throws<OpenAIRequestException>(
            () => Answers.Chat($$"""{"messages":{{Hi}},{{member}} }"""));

        Assert.Equal(param, refusal.Param);
        Assert.Contains(param, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"n\":1,\"logprobs\":false,\"logit_bias\":{},\"functions\":[],\"frequency_penalty\":0")]
    [InlineData("\"stop\":null,\"tools\":null,\"audio\":null,\"modalities\":[\"text\"],\"user\":\"x\"")]
    public void ToPrompt_DefaultsThatAreSpelled_AreAccepted(string members) =>
        Assert.Equal(2, Answers.Chat($$"""{"messages":{{Hi}},{{members}} }""").Conversation.Count);
}
