using Harmony.Core;

namespace Harmony.Engines;

/// <summary>How likely an id was at its place. Immutable.</summary>
/// <param name="Id">The id.</param>
/// <param name="LogProbability">The natural logarithm of its probability: at most 0.</param>
public sealed record TokenLogProbability(int Id, double LogProbability)
{
    /// <summary>The likeliest ids at this place, likeliest first; empty if they were not asked
    /// for.</summary>
    public ValueList<TokenLogProbability> Top { get; init; }
}
