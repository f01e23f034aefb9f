using Harmony.Core;

namespace Harmony.OpenAI.Tests;

public sealed class ResponseMapperTests
{
    [Fact]
    public void ToPrompt_Items_AreMessages()
    {
        HarmonyPrompt prompt = Answers.Respond("""
            {"instructions":"One.","input":[{"role":"developer","content":"Two."},{"role":"user","content":"Rain?"},
            {"type":"reasoning","id":"rs_1","summary":[],"content":[{"type":"reasoning_text","text":"Hm."}]},
            {"type":"message","role":"assistant","content":[{"type":"output_text","text":"Wait.","annotations":[]}]},
            {"type":"function_call","call_id":"a","name":"f","arguments":"{}"},
            {"type":"function_call_output","call_id":"a","output":"No."},
            {"role":"assistant","content":"No rain."}]}
            """);

        Assert.Equal(
            "One.\n\nTwo.", Assert.IsType<DeveloperContent>(prompt.Conversation[1].Contents[0]).Instructions);
        Assert.Equal(
            [
                Message.User("Rain?"),
                Message.Assistant("Hm.", Channels.Analysis),
                Message.Assistant("Wait.", Channels.Commentary),
                Message.ToolCall("functions.f", "{}"),
                Message.ToolResult("functions.f", "No."),
                Message.Assistant("No rain.", Channels.Final),
            ],
            prompt.Conversation.Skip(2));
    }

    [Fact]
    public void ToPrompt_ReasoningThatIsDropped_IsNotThere()
    {
        HarmonyPrompt prompt = Answers.Respond(
            """{"input":[{"type":"reasoning","summary":[{"type":"summary_text","text":"Hm."}]}]}""",
            new OpenAIMappingOptions { KeepReasoning = false });

        Assert.Single(prompt.Conversation);
    }

    [Fact]
    public void ToPrompt_Settings_AreRead()
    {
        HarmonyPrompt prompt = Answers.Respond("""
            {"model":"m","input":"Hi","max_output_tokens":5,"temperature":1,"top_p":0.5,"stream":true,
            "reasoning":{"effort":"minimal"},"tool_choice":{"type":"function","name":"f"},
            "tools":[{"type":"function","name":"f","parameters":null}],
            "text":{"format":{"type":"json_schema","name":"answer","schema":{"type":"object"}}}}
            """);

        Assert.Equal(
            ("m", 5, 1, 0.5, true),
            (prompt.Model, prompt.MaxTokens, prompt.Temperature, prompt.TopP, prompt.Stream));
        Assert.Equal("functions.f", prompt.RequiredTool);
        Assert.Equal("""{"type":"object"}""", prompt.AnswerSchema!.ToString());
        Assert.Contains("Reasoning: low", Answers.Text(prompt), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""", "input")]
    [InlineData("""{"input":[null]}""", "input[0]")]
    [InlineData("""{"input":[{"content":"a"}]}""", "input[0].role")]
    [InlineData("""{"input":[{"role":"robot","content":"a"}]}""", "input[0].role")]
    [InlineData("""{"input":[{"role":"user"}]}""", "input[0].content")]
    [InlineData("""{"input":[{"role":"user","content":[{"type":"input_image"}]}]}""", "input[0].content[0].type")]
    [InlineData("""{"input":[{"role":"user","content":[{"type":"input_text","text":1}]}]}""", "input[0].content[0].text")]
    [InlineData("""{"input":[{"type":"web_search_call"}]}""", "input[0].type")]
    [InlineData("""{"input":[{"type":"function_call","name":"f"}]}""", "input[0].call_id")]
    [InlineData("""{"input":[{"type":"function_call","call_id":"a"}]}""", "input[0].name")]
    [InlineData("""{"input":[{"type":"function_call_output","call_id":"a","output":""}]}""", "input[0].call_id")]
    [InlineData("""{"input":5}""", "input")]
    [InlineData("""{"input":"a","tools":[{"type":"web_search"}]}""", "tools[0].type")]
    [InlineData("""{"input":"a","tools":[{"type":"function"}]}""", "tools[0].name")]
    [InlineData("""{"input":"a","text":{"format":{"type":"json_schema","name":"x"}}}""", "text.format.schema")]
    [InlineData("""{"input":"a","reasoning":{"effort":"huge"}}""", "reasoning.effort")]
    [InlineData("""{"input":"a","max_output_tokens":0}""", "max_output_tokens")]
    [InlineData("""{"input":"a","background":true}""", "background")]
    [InlineData("""{"input":"a","conversation":"c"}""", "conversation")]
    [InlineData("""{"input":"a","prompt":{"id":"p"}}""", "prompt")]
    [InlineData("""{"input":"a","top_logprobs":1}""", "top_logprobs")]
    [InlineData("""{"input":"a","previous_response_id":"r"}""", "previous_response_id")]
    [InlineData("""{"input":"a","metadata":{"a":"b","c":"\ud800"}}""", "metadata.c")]
    [InlineData("""{"input":"a","metadata":{"a":{"\ud800":"b"}}}""", "metadata.a")]
    [InlineData("""{"input":"a","metadata":{"\ud800":"b"}}""", "metadata")]
    [InlineData("""{"input":"a","metadata":"\ud800"}""", "metadata")]
    [InlineData("""{"input":"a","text":{"format":{"type":"text","schema":{"a":"\ud800"}}}}""", "text.format.schema.a")]
    public void ToPrompt_ABadRequest_IsRefusedWithItsPlace(string json, string param)
    {
        OpenAIRequestException refusal = Assert.Throws<OpenAIRequestException>(() => Answers.Respond(json));

        Assert.Equal(param, refusal.Param);
        Assert.Contains(param, refusal.Message, StringComparison.Ordinal);
    }
}
