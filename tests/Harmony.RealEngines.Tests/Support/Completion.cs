using System.Collections.Immutable;
using Harmony.Bpe;
using Harmony.Core;
using Harmony.Engines;

namespace Harmony.RealEngines.Tests.Support;

/// <summary>What an engine gave for a request.</summary>
internal sealed record Completion(int[] Ids, TokenFinishReason FinishReason, int? CachedCount)
{
    /// <summary>The ids that end an assistant's turn.</summary>
    public static ImmutableArray<int> StopIds { get; } =
        [.. HarmonyEncoding.OpenAI.Encode("<|return|><|call|><|endoftext|>", EncodeOptions.AllSpecial)];

    public static TokenRequest Greedy(int[] prompt) =>
        new() { PromptIds = prompt, StopIds = StopIds, Temperature = 0 };

    /// <summary>A request without stop ids: the hand-wired model goes on until the context is full.</summary>
    public static TokenRequest Endless(int[] prompt) => new() { PromptIds = prompt, Temperature = 0 };

    public static async Task<Completion> ReadAsync(ITokenGenerator generator, TokenRequest request)
    {
        var ids = new List<int>();
        TokenFinishReason reason = default;
        int? cached = null;
        await foreach (TokenChunk chunk in generator.GenerateAsync(request))
        {
            Assert.Equal(TokenFinishReason.None, reason);
            ids.AddRange(chunk.Ids.Span);
            reason = chunk.FinishReason;
            cached = chunk.CachedPromptTokens ?? cached;
        }

        return new Completion([.. ids], reason, cached);
    }
}
