using System.Runtime.CompilerServices;
using Harmony.Bpe;
using Harmony.Core;

namespace Harmony.Engines.Tests.Support;

/// <summary>An engine that gives a few ids, and then samples until it is cancelled.</summary>
internal sealed class EndlessGenerator : ITokenGenerator
{
    private static readonly int[] Begin =
        HarmonyEncoding.OpenAI.Encode("<|channel|>final<|message|>Well", EncodeOptions.AllSpecial);

    private int _activeCount;

    public int ActiveCount => Volatile.Read(ref _activeCount);

    public async IAsyncEnumerable<TokenChunk> GenerateAsync(
        TokenRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _activeCount);
        try
        {
            yield return new TokenChunk(Begin);
            var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await never.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _activeCount);
        }
    }
}
