using Harmony.Core;
using Harmony.Engines;
using Harmony.RealEngines.Tests.Support;
using Harmony.Samples;

namespace Harmony.RealEngines.Tests;

/// <summary>Turns that end early free their sequence of llama.cpp's context at once.</summary>
[Collection(nameof(LlamaCppTests))]
public sealed class CancellationTests(LlamaCpp engine)
{
    private static readonly int[] Prompt = HarmonyEncoding.OpenAI.RenderForCompletion(Chats.Ask("Paris"));

    /// <summary>A request that the model never ends by itself.</summary>
    private static readonly TokenRequest Endless = Completion.Endless(Prompt);

    [Fact]
    public async Task GenerateAsync_Cancelled_StopsAndFrees()
    {
        // The only sequence: another turn gets it when the first has let go of it, or after all of its ids.
        await using LLamaSharpGenerator generator = engine.Start(sequenceLength: 4096);
        using var cancelling = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (TokenChunk _ in generator.GenerateAsync(Endless, cancelling.Token))
            {
                Assert.Equal(1, generator.ActiveCount);
                await cancelling.CancelAsync();
            }
        });

        Assert.Equal(0, generator.ActiveCount);
        long read = generator.ReadCount;
        Completion next = await Completion.ReadAsync(generator, Completion.Greedy(Prompt));
        Assert.Equal(TokenFinishReason.Stop, next.FinishReason);
        Assert.InRange(read, Prompt.Length, generator.SequenceLength / 2);

        // The prompt's last id, and all sampled ids but the last: the first turn read nothing more.
        Assert.Equal(read + next.Ids.Length, generator.ReadCount);
    }

    [Fact]
    public async Task GenerateAsync_EnumerationLeft_StopsAndFrees()
    {
        await using LLamaSharpGenerator generator = engine.Start(sequenceLength: 4096);

        await foreach (TokenChunk _ in generator.GenerateAsync(Endless))
        {
            break;
        }

        Assert.Equal(0, generator.ActiveCount);
        Assert.InRange(generator.ReadCount, Prompt.Length, generator.SequenceLength / 2);
    }

    [Fact]
    public async Task GenerateAsync_CancelledWhileItWaits_LeavesTheOthers()
    {
        await using LLamaSharpGenerator generator = engine.Start(sequenceLength: 4096);
        using var cancelling = new CancellationTokenSource();
        await using IAsyncEnumerator<TokenChunk> running =
            generator.GenerateAsync(Endless).GetAsyncEnumerator();
        await running.MoveNextAsync();
        await using IAsyncEnumerator<TokenChunk> waiting =
            generator.GenerateAsync(Endless, cancelling.Token).GetAsyncEnumerator();
        ValueTask<bool> first = waiting.MoveNextAsync();
        Assert.Equal(2, generator.ActiveCount);

        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await first);
        Assert.Equal(1, generator.ActiveCount);
        Assert.True(await running.MoveNextAsync());
    }

    [Fact]
    public async Task GenerateAsync_CancelledBefore_NeverStarts()
    {
        await using LLamaSharpGenerator generator = engine.Start();

        IAsyncEnumerable<TokenChunk> chunks =
            generator.GenerateAsync(Endless, new CancellationToken(canceled: true));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await chunks.GetAsyncEnumerator().MoveNextAsync());

        Assert.Equal((0, 0), (generator.ActiveCount, generator.ReadCount));
    }

    [Fact]
    public async Task DisposeAsync_WhileTurnsRun_EndsThem()
    {
        LLamaSharpGenerator generator = engine.Start(sequenceLength: 4096);
        await using IAsyncEnumerator<TokenChunk> running =
            generator.GenerateAsync(Endless).GetAsyncEnumerator();
        await running.MoveNextAsync();

        await generator.DisposeAsync();

        var error = await Assert.ThrowsAsync<TokenGenerationException>(async () =>
        {
            while (await running.MoveNextAsync())
            {
            }
        });
        Assert.Equal((TokenGenerationError.Unavailable, 0), (error.Error, generator.ActiveCount));
        await Assert.ThrowsAsync<TokenGenerationException>(
            () => Completion.ReadAsync(generator, Completion.Greedy(Prompt)));
    }
}
