namespace Harmony.Compare;

/// <summary>Ends the program with one line on standard error.</summary>
internal sealed class CompareException(string message) : Exception(message);
