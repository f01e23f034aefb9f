using Harmony.Engines.Tests.Support;

namespace Harmony.Engines.Tests;

/// <summary>The scripted engine keeps to what an engine owes.</summary>
public sealed class ScriptedTokenGeneratorTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 3)]
    [InlineData(9, 1)]
    public async Task GenerateAsync_ChunkSize_CutsTheCompletion(int size, int expected)
    {
        var generator = new ScriptedTokenGenerator([1, 2, 3, 4, 200002, 5])
        {
            ChunkSize = size,
            CachedPromptTokens = 3,
        };
        var chunks = new List<TokenChunk>();
        await foreach (TokenChunk chunk in generator.GenerateAsync(Reading.Prompt))
        {
            chunks.Add(chunk);
        }

        Assert.Equal(expected, chunks.Count);
        Assert.Equal([1, 2, 3, 4, 200002], chunks.SelectMany(static chunk => chunk.Ids.ToArray()));
        Assert.Equal((3, TokenFinishReason.Stop), (chunks[0].CachedPromptTokens, chunks[^1].FinishReason));
    }

    [Theory]
    [InlineData(2, 2, TokenFinishReason.Length)]
    [InlineData(3, 3, TokenFinishReason.Stop)]
    [InlineData(9, 3, TokenFinishReason.Stop)]
    public async Task GenerateAsync_MaxTokens_AreTheMost(int most, int expected, TokenFinishReason reason)
    {
        (int[] ids, TokenChunk last, _) = await new ScriptedTokenGenerator([1, 2, 200012])
            .ReadAsync(Reading.Prompt with { MaxTokens = most });

        Assert.Equal((expected, reason), (ids.Length, last.FinishReason));
    }

    [Fact]
    public async Task GenerateAsync_CompletionsInOrder_ThenAnError()
    {
        var generator = new ScriptedTokenGenerator([1], [2]);

        Assert.Equal(1, (await generator.ReadAsync()).Ids[0]);
        Assert.Equal(2, (await generator.ReadAsync()).Ids[0]);
        TokenGenerationException error = await generator.FailAsync();

        Assert.Equal("The script has 2 completions, and this is request 3.", error.Message);
        Assert.Equal(3, generator.Requests.Count);
        Assert.Equal(0, generator.ActiveCount);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GenerateAsync_Cancelled_Stops(bool yields)
    {
        var generator = new ScriptedTokenGenerator([1, 2, 3]) { YieldsBetweenChunks = yields };
        using var cancelling = new CancellationTokenSource();
        await using IAsyncEnumerator<TokenChunk> chunks =
            generator.GenerateAsync(Reading.Prompt, cancelling.Token).GetAsyncEnumerator();
        Assert.True(await chunks.MoveNextAsync());
        Assert.Equal(1, generator.ActiveCount);
        await cancelling.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(async () => await chunks.MoveNextAsync());
        Assert.Equal(0, generator.ActiveCount);
    }
}
