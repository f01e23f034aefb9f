using Harmony.Engines;

namespace Harmony.OpenAI.Tests;

/// <summary>A server that runs turns with Harmony.Engines gives the writer the ids of the events.</summary>
public sealed class TurnRunnerTests
{
    [Theory]
    [InlineData(Answers.Hello, null)]
    [InlineData(Answers.Call, null)]
    [InlineData("Ahoy, matey!<|return|>", null)]
    [InlineData("<|channel|>final<|message|>Ahoy, w\u00f6rld! \U0001FA77<|return|>", "w")]
    public async Task Push_IdsOfEvents_IsWhatTheIdsAloneGive(string sampled, string? stop)
    {
        string stops = stop is null ? "null" : $"\"{stop}\"";
        HarmonyPrompt prompt = Answers.Chat(
            $$"""{"tools":{{Answers.Tools}},"stop":{{stops}},"messages":[{"role":"user","content":"Hi"}]}""");
        ChatCompletionWriter whole = new(prompt);
        whole.Push(Answers.Ids(sampled));
        whole.Complete(default);

        ChatCompletionWriter streamed = new(prompt);
        var runner = new TurnRunner(ScriptedTokenGenerator.FromText(sampled));
        var options = new TurnOptions { StopStrings = prompt.StopStrings, RequiredTool = prompt.RequiredTool };
        await foreach (TurnEvent one in runner.RunAsync(prompt.Conversation, options))
        {
            streamed.Push(one.Ids.Span);
            if (one.Result is TurnResult result)
            {
                streamed.Complete(new TurnEnding(
                    result.PromptTokens,
                    result.CachedPromptTokens,
                    result.FinishReason == TurnFinishReason.Length));
            }
        }

        Assert.Equal(whole.Messages, streamed.Messages);
        Assert.Equal(Shown(whole), Shown(streamed));
    }

    [Fact]
    public async Task Push_ARequiredCall_IsTheCall()
    {
        HarmonyPrompt prompt = Answers.Chat(
            $$"""{"tools":{{Answers.Tools}},"tool_choice":"required","messages":[{"role":"user","content":"Hi"}]}""");
        var runner = new TurnRunner(ScriptedTokenGenerator.FromText("{\"place\":\"Oslo\"}<|call|>"));
        var writer = new ChatCompletionWriter(prompt);

        await foreach (TurnEvent one in runner.RunAsync(
            prompt.Conversation, new TurnOptions { RequiredTool = prompt.RequiredTool }))
        {
            writer.Push(one.Ids.Span);
        }

        writer.Complete(default);
        ChatToolCall call = Assert.Single(writer.ToCompletion().Choices[0].Message.ToolCalls!);
        Assert.Equal(("get-weather", """{"place":"Oslo"}"""), (call.Function!.Name, call.Function.Arguments));
    }

    private static (string?, string?, string?, string) Shown(ChatCompletionWriter writer)
    {
        ChatChoice choice = writer.ToCompletion().Choices[0];
        return (
            choice.Message.Content?[0].Text,
            choice.Message.ReasoningContent,
            choice.Message.ToolCalls?[0].Function!.Arguments,
            choice.FinishReason);
    }
}
