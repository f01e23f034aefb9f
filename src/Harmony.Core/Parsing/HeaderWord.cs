namespace Harmony.Core.Parsing;

/// <summary>Where a word of a header stands.</summary>
/// <param name="Part">The part that holds it.</param>
/// <param name="Start">Its first char, from the beginning of the part.</param>
/// <param name="Length">Its length in chars.</param>
internal readonly record struct HeaderWord(HeaderPart Part, int Start, int Length);
