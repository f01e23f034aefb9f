namespace Harmony.Engines.Tests.Support;

/// <summary>Reads whole completions.</summary>
internal static class Reading
{
    public static TokenRequest Prompt { get; } = new()
    {
        PromptIds = new[] { 200006, 1428, 200008, 12194, 200007, 200006, 173781 },
        StopIds = [200002, 200012],
    };

    /// <summary>Reads a completion to its end. The last chunk has its ids joined.</summary>
    public static async Task<(int[] Ids, TokenChunk Last, List<TokenLogProbability> Probabilities)> ReadAsync(
        this ITokenGenerator generator, TokenRequest? request = null, CancellationToken cancellationToken = default)
    {
        var ids = new List<int>();
        var probabilities = new List<TokenLogProbability>();
        TokenChunk last = default;
        await foreach (TokenChunk chunk in generator.GenerateAsync(request ?? Prompt, cancellationToken))
        {
            Assert.Equal(TokenFinishReason.None, last.FinishReason);
            ids.AddRange(chunk.Ids.Span);
            probabilities.AddRange(chunk.LogProbabilities.Span);
            last = chunk;
        }

        return ([.. ids], last, probabilities);
    }

    public static Task<TokenGenerationException> FailAsync(
        this ITokenGenerator generator, TokenRequest? request = null) =>
        Assert.ThrowsAsync<TokenGenerationException>(() => generator.ReadAsync(request));
}
