using Harmony.Core;
using Harmony.Engines;
using Harmony.RealEngines.Tests.Model;
using Harmony.RealEngines.Tests.Support;
using Harmony.Samples;

namespace Harmony.RealEngines.Tests;

/// <summary>Whole turns by llama.cpp, through the sample's generator.</summary>
[Collection(nameof(LlamaCppTests))]
public sealed class ToolLoopTests(LlamaCpp engine)
{
    [Fact]
    public async Task RunAsync_WithATool_CallsItAndAnswers()
    {
        await using LLamaSharpGenerator generator = engine.Start();

        ChatLog log = await Chats.RunAsync(new TurnRunner(generator), Chats.AskWithTool("Paris"));

        Assert.Equal(
            [TurnFinishReason.ToolCalls, TurnFinishReason.Stop],
            log.Turns.Select(static turn => turn.FinishReason));
        Assert.Equal(ModelScript.Thought, log.Turns[0].Messages[0].Text);
        Message call = log.Turns[0].Messages[^1];
        Assert.Equal((Chats.Tool, Chats.ArgumentsFor("Paris")), (call.Recipient, call.Text));
        Assert.Equal((Channels.Final, Chats.AnswerFor("Paris")), (log.Chat[^1].Channel, log.Answer));
        Assert.Equal(0, generator.ActiveCount);
    }

    [Fact]
    public async Task RunAsync_WithoutATool_AnswersAfterAThought()
    {
        await using LLamaSharpGenerator generator = engine.Start();

        ChatLog log = await Chats.RunAsync(new TurnRunner(generator), Chats.Ask("Rome"));

        TurnResult turn = Assert.Single(log.Turns);
        Assert.Equal(TurnFinishReason.Stop, turn.FinishReason);
        Assert.Equal(
            [ModelScript.Thought, Chats.AnswerFor("Rome")], turn.Messages.Select(static one => one.Text));
    }

    [Fact]
    public async Task RunAsync_RequiredTool_SamplesTheArgumentsAlone()
    {
        await using LLamaSharpGenerator generator = engine.Start();

        TurnResult turn = await new TurnRunner(generator).RunToEndAsync(
            Chats.AskWithTool("Tokyo"), Chats.Greedy with { RequiredTool = Chats.Tool });

        Assert.Equal(Chats.ArgumentsFor("Tokyo"), Assert.Single(turn.Messages).Text);
        Assert.Equal(TurnFinishReason.ToolCalls, turn.FinishReason);
    }

    [Theory]
    [InlineData(24, 24)]
    [InlineData(24, 5)]
    public async Task RunAsync_ConcurrentChats_AreNotMixedUp(int chats, int sequences)
    {
        await using LLamaSharpGenerator generator = engine.Start(sequences);
        var runner = new TurnRunner(generator);

        ChatLog[] logs = await Task.WhenAll(Enumerable.Range(0, chats).Select(i => Chats.RunAsync(
            runner, AsksWithTool(i) ? Chats.AskWithTool(City(i)) : Chats.Ask(City(i)), $"chat {i}")));

        for (int i = 0; i < chats; i++)
        {
            Assert.Equal(Chats.AnswerFor(City(i)), logs[i].Answer);
            Assert.Equal(AsksWithTool(i) ? 2 : 1, logs[i].Turns.Count);
            if (AsksWithTool(i))
            {
                Assert.Equal(Chats.ArgumentsFor(City(i)), logs[i].Turns[0].Messages[^1].Text);
            }
        }

        Assert.Equal(0, generator.ActiveCount);

        static string City(int i) => ModelScript.Cities[i % ModelScript.Cities.Length];
        static bool AsksWithTool(int i) => i % 3 != 0;
    }

    [Fact]
    public async Task RunAsync_WhileAnotherTurnRuns_IsServedMeanwhile()
    {
        await using LLamaSharpGenerator generator = engine.Start(sequences: 2, sequenceLength: 4096);
        int[] prompt = HarmonyEncoding.OpenAI.RenderForCompletion(Chats.Ask("Rome"));
        await using IAsyncEnumerator<TokenChunk> endless =
            generator.GenerateAsync(Completion.Endless(prompt)).GetAsyncEnumerator();
        await endless.MoveNextAsync();

        ChatLog log = await Chats.RunAsync(new TurnRunner(generator), Chats.AskWithTool("Paris"));

        Assert.Equal(Chats.AnswerFor("Paris"), log.Answer);
        Assert.Equal(1, generator.ActiveCount);
        Assert.True(await endless.MoveNextAsync());
    }

    /// <summary>The runner would stop by itself; here the engine must.</summary>
    [Theory]
    [InlineData("<|return|>")]
    [InlineData("<|call|>")]
    [InlineData("<|endoftext|>")]
    public async Task GenerateAsync_EachEndToken_IsTheLastId(string end)
    {
        await using LLamaSharpGenerator generator = engine.Start();
        HarmonyEncoding encoding = HarmonyEncoding.OpenAI;
        int[] prompt = end switch
        {
            "<|return|>" => encoding.RenderForCompletion(Chats.Ask("Paris")),
            "<|call|>" => encoding.RenderForCompletion(Chats.AskWithTool("Paris")),
            _ => encoding.RenderForContinuation(
                Chats.Ask("Paris").Add(Message.Assistant("In the end", Channels.Final))),
        };

        Completion completion = await Completion.ReadAsync(generator, Completion.Greedy(prompt));

        Assert.Equal(end, encoding.Decode(completion.Ids.AsSpan(^1)));
        Assert.DoesNotContain(completion.Ids[..^1], id => Completion.StopIds.Contains(id));
        Assert.Equal(TokenFinishReason.Stop, completion.FinishReason);
    }
}
