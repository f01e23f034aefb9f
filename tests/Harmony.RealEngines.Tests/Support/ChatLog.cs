using Harmony.Core;
using Harmony.Engines;

namespace Harmony.RealEngines.Tests.Support;

/// <summary>The turns that led to an answer, and the conversation with them.</summary>
internal sealed record ChatLog(IReadOnlyList<TurnResult> Turns, Conversation Chat)
{
    public string? Answer => Chat[^1].Text;

    /// <summary>The ids that the model sampled, turn by turn.</summary>
    public int[] SampledIds => [.. Turns.SelectMany(static turn => turn.Messages)
        .SelectMany(static message => message.SampledIds.ToArray())];
}
