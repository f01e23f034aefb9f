namespace Harmony.Engines.Http;

/// <summary>What an event of a server's stream says. One instance is used for all events of a
/// stream.</summary>
internal sealed class EngineEvent
{
    private int[] _ids = new int[16];
    private TokenLogProbability[] _logProbabilities = [];
    private int _logProbabilityCount;

    public int Count { get; private set; }

    public ReadOnlyMemory<int> Ids => _ids.AsMemory(0, Count);

    /// <summary>The log probabilities, as many as ids; empty if there are none.</summary>
    public ReadOnlyMemory<TokenLogProbability> LogProbabilities =>
        _logProbabilityCount == Count ? _logProbabilities.AsMemory(0, Count) : default;

    public TokenFinishReason FinishReason { get; set; }

    /// <summary>The stop id that the event names.</summary>
    public int? StopId { get; set; }

    public int? CachedPromptTokens { get; set; }

    /// <summary>How many ids the completion has by now, for servers whose events may repeat earlier
    /// ids.</summary>
    public int? CompletionTokens { get; set; }

    /// <summary>Whether the event has text. It should have ids as well.</summary>
    public bool HasText { get; set; }

    /// <summary>How many ids were sampled, as the server counts them at the end.</summary>
    public int UsedTokens { get; set; }

    /// <summary>Whether the stream has nothing more to say.</summary>
    public bool IsEnd { get; set; }

    public TokenGenerationException? Error { get; set; }

    public void Clear()
    {
        Count = 0;
        _logProbabilityCount = 0;
        FinishReason = TokenFinishReason.None;
        StopId = null;
        CachedPromptTokens = null;
        CompletionTokens = null;
        HasText = false;
        UsedTokens = 0;
        IsEnd = false;
        Error = null;
    }

    public void Add(int id)
    {
        if (Count == _ids.Length)
        {
            Array.Resize(ref _ids, 2 * Count);
        }

        _ids[Count++] = id;
    }

    public void Add(TokenLogProbability probability)
    {
        if (_logProbabilityCount == _logProbabilities.Length)
        {
            Array.Resize(ref _logProbabilities, Math.Max(4, 2 * _logProbabilityCount));
        }

        _logProbabilities[_logProbabilityCount++] = probability;
    }

    /// <summary>Sets the likeliest ids of the place whose log probability was added at an index.</summary>
    public void SetTop(int index, Core.ValueList<TokenLogProbability> top)
    {
        if (index < _logProbabilityCount)
        {
            _logProbabilities[index] = _logProbabilities[index] with { Top = top };
        }
    }
}
