namespace Harmony.Core;

/// <summary>Which messages on the channel <c>analysis</c>, the model's reasoning, are left out when a
/// conversation is rendered. The role does not matter: a tool's answer on that channel goes with the
/// reasoning.</summary>
public enum AnalysisPolicy
{
    /// <summary>As the reference: if the assistant's last message is on <c>final</c>, what precedes the first
    /// message on <c>final</c> is left out; the reasoning of later turns stays. The default.</summary>
    DropBeforeFirstFinal,

    /// <summary>As the format's guide: the reasoning of all turns that ended in a final is left out, that of
    /// the turn in progress (a loop of tool calls, say) stays. What precedes the assistant's last message on
    /// <c>final</c> belongs to such turns.</summary>
    DropFinishedTurns,

    /// <summary>Nothing is left out.</summary>
    KeepAll,
}
