using Harmony.Compare.Runs;

namespace Harmony.Compare.Tools;

/// <summary>How a run ended: with a measurement, or with the reason why there is none.</summary>
internal sealed record Outcome
{
    private Outcome()
    {
    }

    /// <summary>Null if there is none.</summary>
    public Measurement? Measurement { get; private init; }

    /// <summary>Why there is no measurement; empty if there is one.</summary>
    public string Problem { get; private init; } = "";

    /// <summary>Whether the tool is not installed, which is no failure.</summary>
    public bool IsAbsent { get; private init; }

    public static Outcome Of(Measurement measurement) => new() { Measurement = measurement };

    public static Outcome Absent(string why) => new() { Problem = $"not installed ({why})", IsAbsent = true };

    public static Outcome Failed(string why) => new() { Problem = why };
}
