namespace Harmony.Core.Parsing;

/// <summary>Something odd in a header.</summary>
/// <param name="Diagnostic">What.</param>
/// <param name="IdIndex">At which of the header's ids.</param>
internal readonly record struct HeaderNote(HarmonyDiagnostic Diagnostic, int IdIndex);
