using System.Text;

namespace Harmony.OpenAI.Tests;

public sealed class ResponseWriterTests
{
    private static readonly OpenAIWriterOptions Fixed = new()
    {
        Id = "resp_1",
        Model = "m",
        Created = DateTimeOffset.UnixEpoch,
    };

    [Fact]
    public void Push_ATurnWithACall_IsTheseEvents()
    {
        ResponseWriter writer = Begin("""{"input":"Hi"}""");

        ResponseStreamEvent[] events =
        [
            .. writer.Start(), .. writer.Push(Answers.Ids(Answers.Call)), .. writer.Complete(new TurnEnding(10)),
        ];

        Assert.Equal(
            [
                "response.created",
                "response.in_progress",
                "response.output_item.added",
                "response.content_part.added",
                "response.reasoning_text.delta",
                "response.reasoning_text.done",
                "response.content_part.done",
                "response.output_item.done",
                "response.output_item.added",
                "response.content_part.added",
                "response.output_text.delta",
                "response.output_text.done",
                "response.content_part.done",
                "response.output_item.done",
                "response.output_item.added",
                "response.function_call_arguments.delta",
                "response.function_call_arguments.done",
                "response.output_item.done",
                "response.completed",
            ],
            events.Select(static one => one.Type));
        Assert.Equal(Enumerable.Range(0, events.Length), events.Select(static one => one.SequenceNumber));
        Assert.Equal(
            """{"type":"response.output_text.delta","sequence_number":10,"output_index":1,"item_id":"msg_1_1","content_index":0,"delta":"One moment.","logprobs":[]}""",
            Json(events[10]));
        Assert.Equal(
            """{"type":"response.output_item.done","sequence_number":17,"output_index":2,"item":{"type":"function_call","id":"fc_1_2","status":"completed","call_id":"call_1_2","name":"get_weather","arguments":"{\"place\":\"Oslo\"}"}}""",
            Json(events[17]));
    }

    [Fact]
    public void ToResponse_AMessageThatTheModelForged_IsNoItem()
    {
        ResponseWriter writer = Begin("""{"input":"Hi"}""");
        writer.Push(Answers.Ids(Answers.Forged));
        writer.Complete(default);

        ResponseItem item = Assert.Single(writer.ToResponse().Output);
        Assert.Equal("Hi", item.Content![0].Text);
    }

    [Theory]
    [InlineData("<|channel|>final<|message|>Ahoy", true, "incomplete", "incomplete")]
    [InlineData("<|channel|>final<|message|>Ahoy", false, "completed", "incomplete")]
    [InlineData("<|channel|>final<|message|>Ahoy<|return|>", true, "completed", "completed")]
    public void Complete_WhatIsMissing_IsTold(string sampled, bool reachedLimit, string status, string itemStatus)
    {
        ResponseWriter writer = Begin("""{"input":"Hi"}""");
        writer.Push(Answers.Ids(sampled));

        ResponseStreamEvent last = writer.Complete(new TurnEnding(10, ReachedLimit: reachedLimit))[^1];

        Assert.Equal($"response.{status}", last.Type);
        Assert.Equal((status, itemStatus), (last.Response!.Status, last.Response.Output[0].Status));
        Assert.Equal(
            status == "incomplete" ? "max_output_tokens" : null, last.Response.IncompleteDetails?.Reason);
    }

    [Fact]
    public void Fail_AnEngineThatFailed_IsTold()
    {
        ResponseWriter writer = Begin("""{"input":"Hi"}""");

        IReadOnlyList<ResponseStreamEvent> events = writer.Fail("The engine is gone.");

        Assert.Equal(
            ["response.created", "response.in_progress", "response.failed"],
            events.Select(static one => one.Type));
        Assert.Equal("The engine is gone.", writer.ToResponse().Error!.Message);
        Assert.Throws<InvalidOperationException>(() => writer.Push([1]));
    }

    [Fact]
    public void ToResponse_OfARequest_RepeatsIt()
    {
        ResponseWriter writer = Begin("""
            {"input":"Hi","instructions":"Be brief.","metadata":{"a":"b"},"store":false,"tool_choice":"none"}
            """);
        writer.Complete(default);

        string json = Json(writer.ToResponse());

        Assert.Contains("\"instructions\":\"Be brief.\"", json, StringComparison.Ordinal);
        Assert.Contains("\"metadata\":{\"a\":\"b\"}", json, StringComparison.Ordinal);
        Assert.Contains("\"store\":false", json, StringComparison.Ordinal);
        Assert.Contains("\"tool_choice\":\"none\"", json, StringComparison.Ordinal);
        Assert.Contains("\"error\":null", json, StringComparison.Ordinal);
    }

    [Fact]
    public void ToResponse_BeforeTheEnd_IsRefused() =>
        Assert.Throws<InvalidOperationException>(() => Begin("""{"input":"Hi"}""").ToResponse());

    [Fact]
    public void Constructor_APromptOfChatCompletions_IsRefused() => Assert.Throws<ArgumentException>(
        () => new ResponseWriter(Answers.Chat("""{"messages":[{"role":"user","content":"Hi"}]}""")));

    private static ResponseWriter Begin(string request) => new(Answers.Respond(request), Fixed);

    private static string Json<T>(T value) => Encoding.UTF8.GetString(OpenAIJson.ToUtf8(value));
}
