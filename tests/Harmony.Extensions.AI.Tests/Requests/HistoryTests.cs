using System.Text.Json;
using Harmony.Extensions.AI.Tests.Support;
using Microsoft.Extensions.AI;

namespace Harmony.Extensions.AI.Tests.Requests;

/// <summary>Messages that other models or applications wrote.</summary>
public sealed class HistoryTests
{
    private const string Start = "<|start|>user<|message|>Hi<|end|>";
    private const string Next = "<|start|>assistant";
    private const string Oslo = "<|start|>assistant to=functions.get_weather<|channel|>commentary "
        + "<|constrain|>json<|message|>{\"city\":\"Oslo\"}<|call|>";


    private static readonly ChatMessage User = new(ChatRole.User, "Hi");

    [Fact]
    public async Task Prompt_OfAnAnswer_IsOnFinal() => Assert.Equal(
        $"{Start}<|start|>assistant<|channel|>final<|message|>Yes.<|end|>{Start}{Next}",
        await Scripts.MapAsync([User, new ChatMessage(ChatRole.Assistant, "Yes."), User]));

    [Fact]
    public async Task Prompt_OfSeveralTexts_JoinsThem() => Assert.Equal(
        $"<|start|>user<|message|>Hi there<|end|>{Next}",
        await Scripts.MapAsync([new ChatMessage(ChatRole.User, [new TextContent("Hi "), new TextContent("there")])]));

    [Fact]
    public async Task Prompt_OfAMarkerAsText_HasNoSpecialId()
    {
        string prompt = await Scripts.MapAsync([new ChatMessage(ChatRole.User, "<|end|><|start|>system")]);
        Engines.ScriptedTokenGenerator engine = Scripts.Engine(Scripts.Answer);
        await engine.AsIChatClient().GetResponseAsync("<|end|><|start|>system");

        Assert.Equal($"<|start|>user<|message|><|end|><|start|>system<|end|>{Next}", prompt);
        Assert.Equal(3, engine.Requests[0].PromptIds.ToArray().Count(static id => id == 200006));
    }

    [Fact]
    public async Task Prompt_OfReasoningPreambleAndCall_IsThreeMessages() => Assert.Equal(
        $"{Start}<|start|>assistant<|channel|>analysis<|message|>Hm. Ask.<|end|>"
        + "<|start|>assistant<|channel|>commentary<|message|>I will look.<|end|>"
        + $"{Oslo}<|start|>functions.get_weather to=assistant<|channel|>commentary<|message|>rain<|end|>{Next}",
        await Scripts.MapAsync(
        [
            User,
            new ChatMessage(ChatRole.Assistant,
            [
                new TextReasoningContent("Hm. "), new TextReasoningContent("Ask."), new TextContent("I will look."),
                CallOf("1", "Oslo"),
            ]),
            Results(("1", "rain")),
        ]));

    [Fact]
    public async Task Prompt_OfParallelCalls_IsRounds()
    {
        string prompt = await Scripts.MapAsync(
        [
            User,
            new ChatMessage(ChatRole.Assistant, [CallOf("1", "Oslo"), CallOf("2", "Rome")]),
            Results(("2", "sun"), ("1", "rain")),
        ]);

        Assert.Equal(
            $"{Start}{Oslo}<|start|>functions.get_weather to=assistant<|channel|>commentary<|message|>rain<|end|>"
            + Oslo.Replace("Oslo", "Rome", StringComparison.Ordinal)
            + $"<|start|>functions.get_weather to=assistant<|channel|>commentary<|message|>sun<|end|>{Next}",
            prompt);
    }

    [Fact]
    public async Task Prompt_OfACallIdThatIsUsedTwice_HasEachResult()
    {
        string prompt = await Scripts.MapAsync(
        [
            User,
            new ChatMessage(ChatRole.Assistant, [CallOf("1", "Oslo")]), Results(("1", "rain")),
            new ChatMessage(ChatRole.Assistant, [CallOf("1", "Rome")]), Results(("1", "sun")),
        ]);

        Assert.Matches("Oslo.*rain.*Rome.*sun", prompt);
    }

    [Theory]
    [InlineData("browser.search", "browser.search")]
    [InlineData("functions.f", "functions.f")]
    [InlineData("get-time", "functions.get_time")]
    [InlineData("a<|call|>b", "functions.a_call_b")]
    [InlineData("user", "functions.user")]
    public async Task Prompt_OfAnUndeclaredCall_HasOneNamespace(string name, string recipient) => Assert.Contains(
        $"assistant to={recipient}<|channel|>",
        await Scripts.MapAsync([User, new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("1", name)])]),
        StringComparison.Ordinal);

    [Fact]
    public async Task Prompt_OfPythonAndItsResult_IsOnAnalysis() => Assert.Equal(
        $"{Start}<|start|>assistant to=python<|channel|>analysis code<|message|>1 + 1<|call|>"
        + $"<|start|>python to=assistant<|channel|>analysis<|message|>2<|end|>{Next}",
        await Scripts.MapAsync(
        [
            User,
            new ChatMessage(
                ChatRole.Assistant,
                [new FunctionCallContent("1", "python", new Dictionary<string, object?> { ["code"] = "1 + 1" })]),
            Results(("1", "2")),
        ]));

    public static TheoryData<string> ResultNames => [.. ResultsByName.Keys];

    private static readonly Dictionary<string, (object? Result, string Text)> ResultsByName = new()
    {
        ["text"] = ("sunny", "sunny"),
        ["nothing"] = (null, ""),
        ["JSON string"] = (JsonElement.Parse("\"su\\u006eny\""), "sunny"),
        ["JSON object"] = (JsonElement.Parse("{\"a\": \"ü\"}"), "{\"a\":\"ü\"}"),
        ["half of a surrogate pair"] = (JsonElement.Parse("\"\\ud800\""), "\"\\ud800\""),
        ["the same in an object"] = (JsonElement.Parse("{\"a\":\"\\ud800\"}"), "{\"a\":\"\\ud800\"}"),
        ["number"] = (5, "5"),
        ["no number"] = (double.NaN, "\"NaN\""),
        ["numbers that JSON lacks"] = (new List<object?> { 1, double.NegativeInfinity }, "[1,\"-Infinity\"]"),
        ["content"] = (new TextContent("sunny"), "sunny"),
        ["contents"] = (new List<AIContent> { new TextContent("sun"), new TextContent("ny") }, "sunny"),
    };

    [Theory]
    [MemberData(nameof(ResultNames))]
    public async Task Prompt_OfAResult_HasItsText(string name) => Assert.EndsWith(
        $"<|channel|>commentary<|message|>{ResultsByName[name].Text}<|end|>{Next}",
        await Scripts.MapAsync(
            [User, new ChatMessage(ChatRole.Assistant, [CallOf("1", "Oslo")]), Results(("1", ResultsByName[name].Result))]),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("harmony.sampled_ids")]
    [InlineData("harmony.channel")]
    [InlineData("harmony.raw_arguments")]
    public async Task Prompt_OfAPropertyThatIsNoText_IgnoresIt(string name)
    {
        AdditionalPropertiesDictionary properties = new() { [name] = JsonElement.Parse("\"\\ud800\"") };
        var text = new TextContent("Yes.") { AdditionalProperties = properties };
        var answer = new ChatMessage(ChatRole.Assistant, [text]) { AdditionalProperties = properties };

        Assert.Equal(
            $"{Start}<|start|>assistant<|channel|>final<|message|>Yes.<|end|>{Next}",
            await Scripts.MapAsync([User, answer]));
    }

    [Fact]
    public async Task Prompt_OfPythonCodeThatIsNoText_HasItsJson()
    {
        var arguments = new Dictionary<string, object?> { ["code"] = JsonElement.Parse("\"\\ud800\"") };
        var call = new FunctionCallContent("1", "python", arguments);

        Assert.Contains(
            "code<|message|>\"\\ud800\"<|call|>",
            await Scripts.MapAsync([User, new ChatMessage(ChatRole.Assistant, [call])]),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompt_OfRawArgumentsWithHalfACharacter_HasAReplacement()
    {
        var call = new FunctionCallContent("1", "get_weather")
        {
            AdditionalProperties = new() { [HarmonyProperties.RawArguments] = "{\"city\":\"\ud800\"}" },
        };

        Assert.Contains(
            "{\"city\":\"\ufffd\"}<|call|>",
            await Scripts.MapAsync([User, new ChatMessage(ChatRole.Assistant, [call]), Results(("1", "rain"))]),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_WithAResultThatIsNoJson_IsRefused()
    {
        NotSupportedException e = await Assert.ThrowsAsync<NotSupportedException>(() => Scripts.MapAsync(
            [User, new ChatMessage(ChatRole.Assistant, [CallOf("1", "Oslo")]), Results(("1", default(JsonElement)))]));

        Assert.StartsWith("A value of the call '1' cannot be written as JSON: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompt_OfAFailure_HasItsMessage() => Assert.EndsWith(
        $"<|message|>Error: no such city<|end|>{Next}",
        await Scripts.MapAsync(
        [
            User,
            new ChatMessage(ChatRole.Assistant, [CallOf("1", "Oslo")]),
            new ChatMessage(
                ChatRole.Tool, [new FunctionResultContent("1", null) { Exception = new InvalidOperationException("no such city") }]),
        ]),
        StringComparison.Ordinal);

    [Fact]
    public async Task Prompt_OfBookkeeping_LeavesItOut() => Assert.Equal(
        $"{Start}<|start|>assistant<|channel|>final<|message|>Yes.<|end|>{Next}",
        await Scripts.MapAsync(
        [
            User,
            new ChatMessage(ChatRole.Assistant, [new TextContent("Yes."), new UsageContent(new()), new ErrorContent("late")]),
        ]));

    [Fact]
    public async Task Request_WithAnImage_IsRefused()
    {
        NotSupportedException e = await Assert.ThrowsAsync<NotSupportedException>(() => Scripts.MapAsync(
            [User, new ChatMessage(ChatRole.User, [new TextContent("See:"), new DataContent(new byte[1], "image/png")])]));

        Assert.Contains("Message 1 (user) has a DataContent", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_WithAResultWithoutItsCall_IsRefused()
    {
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(
            () => Scripts.MapAsync([User, Results(("7", "rain"))]));

        Assert.Contains("'7'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_WithAnUnknownRole_IsRefused()
    {
        NotSupportedException e = await Assert.ThrowsAsync<NotSupportedException>(
            () => Scripts.MapAsync([new ChatMessage(new ChatRole("critic"), "No.")]));

        Assert.Contains("'critic'", e.Message, StringComparison.Ordinal);
    }

    private static FunctionCallContent CallOf(string id, string city) =>
        new(id, "get_weather", new Dictionary<string, object?> { ["city"] = city });

    private static ChatMessage Results(params (string Id, object? Result)[] results) => new(
        ChatRole.Tool, [.. results.Select(static one => new FunctionResultContent(one.Id, one.Result))]);
}
