namespace Harmony.OpenAI.Mapping;

/// <summary>Takes the parts of a turn, one after another.</summary>
internal interface ITurnSink
{
    /// <summary>A part begins.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="functionName">The function's own name, if it is a call.</param>
    void Begin(TurnPartKind kind, string? functionName);

    /// <summary>The part goes on.</summary>
    void Append(string text);

    /// <summary>The part is over.</summary>
    /// <param name="isWhole">Whether nothing is missing: an id ended it, or a stop string.</param>
    void End(bool isWhole);
}
