namespace Harmony.Core.Parsing;

/// <summary>A stop string that was found.</summary>
/// <param name="Text">The stop string.</param>
/// <param name="Length">How many bytes of UTF-8 it has.</param>
/// <param name="End">Where it ends, in bytes from the beginning of the text that was searched.</param>
internal readonly record struct StopStringMatch(string Text, int Length, int End);
