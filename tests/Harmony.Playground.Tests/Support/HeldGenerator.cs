using System.Runtime.CompilerServices;
using Harmony.Core;
using Harmony.Engines;

namespace InferenceServer.Playground.Support;

/// <summary>Samples a beginning, and then waits until it is cancelled.</summary>
internal sealed class HeldGenerator(string beginning) : ITokenGenerator
{
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the turn is cancelled.</summary>
    public Task Cancelled => _cancelled.Task;

    public async IAsyncEnumerable<TokenChunk> GenerateAsync(
        TokenRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (int id in HarmonyEncoding.OpenAI.Encode(beginning, Harmony.Bpe.EncodeOptions.AllSpecial))
        {
            yield return new TokenChunk(new[] { id });
        }

        using CancellationTokenRegistration registration = cancellationToken.Register(_cancelled.SetResult);
        await _cancelled.Task;
        cancellationToken.ThrowIfCancellationRequested();
    }
}
