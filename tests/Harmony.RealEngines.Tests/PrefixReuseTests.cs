using Harmony.Core;
using Harmony.Engines;
using Harmony.RealEngines.Tests.Support;
using Harmony.Samples;

namespace Harmony.RealEngines.Tests;

/// <summary>What llama.cpp's cache keeps from turn to turn.</summary>
[Collection(nameof(LlamaCppTests))]
public sealed class PrefixReuseTests(LlamaCpp engine)
{
    [Fact]
    public async Task RunAsync_TurnAfterACall_ReadsOnlyWhatIsNew()
    {
        await using LLamaSharpGenerator generator = engine.Start();

        ChatLog log = await Chats.RunAsync(new TurnRunner(generator), Chats.AskWithTool("Paris"), "chat");

        // The stop id was sampled, and not read.
        (TurnResult first, TurnResult second) = (log.Turns[0], log.Turns[1]);
        int held = first.PromptTokens + first.Completion.Total - 1;
        Assert.Equal((0, held), (first.CachedPromptTokens, second.CachedPromptTokens));
        Assert.Equal(second.PromptTokens + second.Completion.Total - 1, generator.ReadCount);
    }

    [Fact]
    public async Task RunAsync_PromptThatParts_SamplesAsIfNothingWereHeld()
    {
        await using LLamaSharpGenerator generator = engine.Start();
        await using LLamaSharpGenerator other = engine.Start();
        ChatLog first = await Chats.RunAsync(new TurnRunner(generator), Chats.AskWithTool("Paris"), "chat");
        Conversation chat = first.Chat.Add(Message.User("And tomorrow?"));

        ChatLog held = await Chats.RunAsync(new TurnRunner(generator), chat, "chat");
        ChatLog fresh = await Chats.RunAsync(new TurnRunner(other), chat);

        // The old thought is left out: what the prompts have in common ends there.
        Assert.InRange(held.Turns[0].CachedPromptTokens!.Value, 50, first.Turns[0].PromptTokens + 1);
        Assert.Equal(0, fresh.Turns[0].CachedPromptTokens);
        Assert.Equal((fresh.Answer, Chats.AnswerFor("Paris")), (held.Answer, held.Answer));
        Assert.Equal(fresh.SampledIds, held.SampledIds);
    }

    [Fact]
    public async Task GenerateAsync_SamePromptAgain_ReadsItsLastId()
    {
        await using LLamaSharpGenerator generator = engine.Start();
        TokenRequest request = Request("Paris");

        Completion first = await Completion.ReadAsync(generator, request);
        Completion second = await Completion.ReadAsync(generator, request);

        Assert.Equal(request.PromptIds.Length - 1, second.CachedCount);
        Assert.Equal(first.Ids, second.Ids);
    }

    [Fact]
    public async Task GenerateAsync_SeveralSessions_KeepTheirOwn()
    {
        await using LLamaSharpGenerator generator = engine.Start(sequences: 2);
        TokenRequest[] requests =
            [Request("Paris") with { SessionId = "a" }, Request("Rome") with { SessionId = "b" }];
        foreach (TokenRequest request in requests)
        {
            await Completion.ReadAsync(generator, request);
        }

        foreach (TokenRequest request in requests)
        {
            Completion again = await Completion.ReadAsync(generator, request);
            Assert.Equal(request.PromptIds.Length - 1, again.CachedCount);
        }
    }

    [Fact]
    public async Task GenerateAsync_OtherSalt_KeepsNothing()
    {
        await using LLamaSharpGenerator generator = engine.Start();
        await Completion.ReadAsync(generator, Request("Paris") with { CacheSalt = "one" });

        Completion other = await Completion.ReadAsync(generator, Request("Paris") with { CacheSalt = "two" });

        Assert.Equal(0, other.CachedCount);
    }

    private static TokenRequest Request(string city) =>
        Completion.Greedy(HarmonyEncoding.OpenAI.RenderForCompletion(Chats.Ask(city)));
}
