using Harmony.Core;
using Harmony.Engines;
using Harmony.RealEngines.Tests.Support;
using Harmony.Samples;

namespace Harmony.RealEngines.Tests;

/// <summary>What llama.cpp makes of a request's limits and settings.</summary>
[Collection(nameof(LlamaCppTests))]
public sealed class RequestTests(LlamaCpp engine)
{
    private static readonly int[] Prompt = HarmonyEncoding.OpenAI.RenderForCompletion(Chats.Ask("Paris"));

    [Fact]
    public async Task GenerateAsync_PromptThatDoesNotFit_IsRefusedWithItsLength()
    {
        await using LLamaSharpGenerator generator = engine.Start();

        var error = await Assert.ThrowsAsync<TokenGenerationException>(
            () => Completion.ReadAsync(generator, Completion.Greedy(new int[generator.SequenceLength + 1])));

        Assert.Equal(TokenGenerationError.ContextLengthExceeded, error.Error);
        Assert.Equal((513, 512), (error.PromptTokens, error.ContextSize));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(201_088)]
    public async Task GenerateAsync_NoPromptOrForeignIds_IsRefused(int id)
    {
        await using LLamaSharpGenerator generator = engine.Start();
        int[] prompt = id == 0 ? [] : [.. Prompt, id];

        var error = await Assert.ThrowsAsync<TokenGenerationException>(
            () => Completion.ReadAsync(generator, Completion.Greedy(prompt)));

        Assert.Equal(TokenGenerationError.InvalidRequest, error.Error);
    }

    [Fact]
    public async Task GenerateAsync_Constraint_IsRefused()
    {
        await using LLamaSharpGenerator generator = engine.Start();
        TokenRequest request = Completion.Greedy(Prompt) with
        {
            Constraint = TokenConstraint.Grammar("root ::= \"a\""),
        };

        var error = await Assert.ThrowsAsync<TokenGenerationException>(
            () => Completion.ReadAsync(generator, request));

        Assert.Equal(TokenGenerationError.InvalidRequest, error.Error);
    }

    [Fact]
    public async Task GenerateAsync_LongPrompt_IsReadInSeveralBatches()
    {
        await using LLamaSharpGenerator generator = engine.Start(sequenceLength: 2048);
        string story = string.Concat(Enumerable.Repeat("Tell me about it. ", 200));
        int[] prompt = HarmonyEncoding.OpenAI.RenderForCompletion(
            [Message.User(story + "How is the weather in Dubai?")]);

        Completion completion = await Completion.ReadAsync(generator, Completion.Greedy(prompt));

        Assert.InRange(prompt.Length, 800, 2000);
        string text = HarmonyEncoding.OpenAI.Decode(completion.Ids);
        Assert.Contains(Chats.AnswerFor("Dubai"), text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GenerateAsync_MaxTokens_EndsForLength()
    {
        await using LLamaSharpGenerator generator = engine.Start();

        Completion completion = await Completion.ReadAsync(
            generator, Completion.Greedy(Prompt) with { MaxTokens = 4 });

        Assert.Equal((4, TokenFinishReason.Length), (completion.Ids.Length, completion.FinishReason));
    }

    [Fact]
    public async Task GenerateAsync_ContextIsFull_EndsForLength()
    {
        await using LLamaSharpGenerator generator = engine.Start(sequenceLength: 256);

        Completion completion = await Completion.ReadAsync(generator, Completion.Endless(Prompt));

        // The last id need not be read.
        Assert.Equal(TokenFinishReason.Length, completion.FinishReason);
        Assert.Equal(generator.SequenceLength - Prompt.Length + 1, completion.Ids.Length);
        Completion next = await Completion.ReadAsync(generator, Completion.Greedy(Prompt));
        Assert.Equal(TokenFinishReason.Stop, next.FinishReason);
    }

    [Fact]
    public async Task GenerateAsync_Seed_DecidesWhatIsSampled()
    {
        await using LLamaSharpGenerator generator = engine.Start();
        TokenRequest request = Completion.Endless(Prompt) with { Temperature = 50, MaxTokens = 8, Seed = 7 };

        int[] first = (await Completion.ReadAsync(generator, request)).Ids;
        int[] again = (await Completion.ReadAsync(generator, request)).Ids;
        int[] other = (await Completion.ReadAsync(generator, request with { Seed = 8 })).Ids;
        int[] narrow = (await Completion.ReadAsync(generator, request with { TopP = 1e-9 })).Ids;
        int[] greedy = (await Completion.ReadAsync(generator, request with { Temperature = 0 })).Ids;

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.Equal(greedy, narrow);
    }
}
