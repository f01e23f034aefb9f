using System.Text;
using Harmony.Core;

namespace Harmony.Engines;

/// <summary>
/// A part of a turn as it streams. May be kept across <c>await</c>, until the next event is asked for: then
/// the memory of <see cref="Utf8"/>, <see cref="Ids"/> and <see cref="LogProbabilities"/> is used again.
/// Everything else stays valid. Only <see cref="Text"/> and <see cref="ToString"/> allocate.
/// </summary>
public readonly struct TurnEvent
{
    /// <summary>The collected message, or the turn's result.</summary>
    private readonly object? _whole;

    internal TurnEvent(TurnEventKind kind, int idIndex, TurnMessage? header, object? whole = null)
    {
        Kind = kind;
        IdIndex = idIndex;
        Header = header;
        _whole = whole;
    }

    /// <summary>What the event tells.</summary>
    public TurnEventKind Kind { get; }

    /// <summary>What the format does not allow; <see cref="HarmonyDiagnostic.None"/> in other events than
    /// <see cref="TurnEventKind.Diagnostic"/>.</summary>
    public HarmonyDiagnostic Diagnostic { get; internal init; }

    /// <summary>The position of the first id in the completion, in ids.</summary>
    public int IdIndex { get; }

    /// <summary>The header of the message that the event belongs to; null outside of any message, and at the
    /// turn's end.</summary>
    public TurnMessage? Header { get; }

    /// <summary>The event's text as well-formed UTF-8: of a delta, or of skipped ids; empty in other events.
    /// Pooled memory, valid until the next event is asked for.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; internal init; }

    /// <summary>The text as a new string.</summary>
    public string Text => Utf8.IsEmpty ? "" : Encoding.UTF8.GetString(Utf8.Span);

    /// <summary>The sampled ids that the event was made of. The ids of all events, joined, are the
    /// completion. Pooled memory, valid until the next event is asked for.</summary>
    public ReadOnlyMemory<int> Ids { get; internal init; }

    /// <summary>The log probabilities of <see cref="Ids"/>; empty if they were not asked for or the engine
    /// has none.</summary>
    public ReadOnlyMemory<TokenLogProbability> LogProbabilities { get; internal init; }

    /// <summary>The whole message, with all of its text and the ids that it was sampled as, at a
    /// <see cref="TurnEventKind.MessageEnd"/> or <see cref="TurnEventKind.ToolCallEnd"/>; null in other
    /// events, and if <see cref="TurnOptions.CollectMessages"/> is off.</summary>
    public Message? Message => _whole as Message;

    /// <summary>How the turn ended, at <see cref="TurnEventKind.TurnEnd"/>; null in other events.</summary>
    public TurnResult? Result => _whole as TurnResult;

    /// <summary>The diagnostic in a few words; empty in other events.</summary>
    public string DiagnosticText { get => field ?? ""; internal init; }

    /// <summary>Describes the event for a debugger, its text included.</summary>
    public override string ToString() => Kind switch
    {
        TurnEventKind.Diagnostic => $"{Kind} at {IdIndex}: {DiagnosticText}",
        TurnEventKind.TurnEnd => $"{Kind}: {Result?.FinishReason}",
        _ => $"{Kind} of message {Header?.Index}: {Ids.Length} ids, '{Text}'",
    };
}
