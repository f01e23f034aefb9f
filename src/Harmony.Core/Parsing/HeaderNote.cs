namespace Harmony.Core.Parsing;

/// <summary>Something odd in a header.</summary>
/// <param name="Diagnostic">What is odd.</param>
/// <param name="IdIndex">The index of the header's id at which it was noticed.</param>
internal readonly record struct HeaderNote(HarmonyDiagnostic Diagnostic, int IdIndex);
