namespace Harmony.Core.Parsing;

/// <summary>Where a word of a header is.</summary>
/// <param name="Part">The part that holds it.</param>
/// <param name="Start">Its first char, from the part's beginning on.</param>
/// <param name="Length">How many chars it has.</param>
internal readonly record struct HeaderWord(HeaderPart Part, int Start, int Length);
