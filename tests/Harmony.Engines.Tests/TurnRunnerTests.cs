using Harmony.Core;

namespace Harmony.Engines.Tests;

/// <summary>The events of turns, over completions that a script plays.</summary>
public sealed class TurnRunnerTests
{
    private static readonly Conversation Question =
    [
        Message.System(SystemContent.Default),
        Message.Developer(new DeveloperContent().WithFunctionTools(new ToolDescription("get_weather", "The weather."))),
        Message.User("How is the weather in Paris?"),
    ];

    [Fact]
    public async Task RunAsync_CallAfterAThought_GivesItsEventsInOrder()
    {
        var generator = ScriptedTokenGenerator.FromText(
            "<|channel|>analysis<|message|>Need a tool.<|end|><|start|>assistant<|channel|>commentary "
            + "to=functions.get_weather <|constrain|>json<|message|>{\"place\":\"Paris\"}<|call|>");
        var runner = new TurnRunner(generator);
        var kinds = new List<TurnEventKind>();
        string reasoning = "", arguments = "";
        TurnResult? result = null;

        await foreach (TurnEvent one in runner.RunAsync(Question))
        {
            if (kinds.Count == 0 || kinds[^1] != one.Kind)
            {
                kinds.Add(one.Kind);
            }

            reasoning += one.Kind == TurnEventKind.ReasoningDelta ? one.Text : "";
            arguments += one.Kind == TurnEventKind.ToolCallDelta ? one.Text : "";
            result = one.Result;
            if (one.Kind == TurnEventKind.ToolCallEnd)
            {
                Assert.Equal(("get_weather", "functions.get_weather", 1), (one.Header!.ToolName, one.Header.Recipient, one.Header.Index));
                Assert.Equal(arguments, one.Message!.Text);
                Assert.False(one.Message.SampledIds.IsEmpty);
            }
        }

        Assert.Equal(
            [
                TurnEventKind.MessageStart, TurnEventKind.ReasoningDelta, TurnEventKind.MessageEnd, TurnEventKind.ToolCallStart,
                TurnEventKind.ToolCallDelta, TurnEventKind.ToolCallEnd, TurnEventKind.TurnEnd,
            ],
            kinds);
        Assert.Equal(("Need a tool.", "{\"place\":\"Paris\"}"), (reasoning, arguments));
        Assert.Equal(TurnFinishReason.ToolCalls, result!.FinishReason);
        Assert.Equal(HarmonyEncoding.OpenAI.RenderForCompletion(Question).Length, result.PromptTokens);
        Assert.Equal(4, result.Completion.Reasoning);
        Assert.Equal(2, result.Messages.Count);
        Assert.Equal(0, generator.ActiveCount);
    }

    [Fact]
    public async Task RunAsync_RequiredTool_PromptEndsInTheCallsHeader()
    {
        var generator = ScriptedTokenGenerator.FromText("{\"place\":\"Paris\"}<|call|>");
        var runner = new TurnRunner(generator);

        TurnResult result = await runner.RunToEndAsync(
            Question, new TurnOptions { RequiredTool = "functions.get_weather" }, "chat");

        Message call = Assert.Single(result.Messages);
        Assert.Equal(("functions.get_weather", "{\"place\":\"Paris\"}"), (call.Recipient, call.Text));
        Assert.Equal(TurnFinishReason.ToolCalls, result.FinishReason);
        Assert.EndsWith(
            "<|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>",
            HarmonyEncoding.OpenAI.Decode(generator.Requests[0].PromptIds.Span));

        // The next prompt goes on with exactly these ids.
        await Assert.ThrowsAsync<TokenGenerationException>(() => runner.RunToEndAsync(
            Question.Add([.. result.Messages]).Add(Message.ToolResult("functions.get_weather", "Rain")), null, "chat"));
        Assert.Equal(
            generator.Requests[0].PromptIds.ToArray(),
            generator.Requests[1].PromptIds[..generator.Requests[0].PromptIds.Length].ToArray());
    }
}
