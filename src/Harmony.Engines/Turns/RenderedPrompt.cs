using System.Buffers;
using System.Collections.Immutable;
using Harmony.Core;

namespace Harmony.Engines.Turns;

/// <summary>A turn's prompt in pooled memory, and how to read what is sampled after it.</summary>
internal sealed class RenderedPrompt : IDisposable
{
    private readonly ImmutableArray<int> _stopIds;
    private int[]? _ids;

    /// <summary>Copies a prompt.</summary>
    /// <param name="ids">The prompt.</param>
    /// <param name="stopIds">The ids that end the assistant's turn.</param>
    /// <param name="parsing">How to read the completion.</param>
    public RenderedPrompt(
        ReadOnlySpan<int> ids, ImmutableArray<int> stopIds, HarmonyParserOptions parsing)
    {
        _ids = ArrayPool<int>.Shared.Rent(ids.Length);
        ids.CopyTo(_ids);
        Length = ids.Length;
        _stopIds = stopIds;
        Parsing = parsing;
    }

    public int Length { get; }

    public ReadOnlySpan<int> StopIds => _stopIds.AsSpan();

    public HarmonyParserOptions Parsing { get; }

    public TokenRequest ToRequest(TurnOptions options, string? sessionId) => new()
    {
        PromptIds = _ids.AsMemory(0, Length),
        StopIds = _stopIds,
        MaxTokens = options.MaxTokens,
        Temperature = options.Temperature,
        TopP = options.TopP,
        Seed = options.Seed,
        SessionId = sessionId,
        CacheSalt = options.CacheSalt,
        Constraint = options.Constraint,
        LogProbabilities = options.LogProbabilities,
    };

    public void Dispose()
    {
        if (_ids is int[] ids)
        {
            _ids = null;
            ArrayPool<int>.Shared.Return(ids);
        }
    }
}
