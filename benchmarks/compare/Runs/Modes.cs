namespace Harmony.Compare.Runs;

/// <summary>What is known of each mode.</summary>
internal static class Modes
{
    /// <summary>The sizes at or after which a document ends with a line, in <see cref="Mode.Documents"/> and
    /// <see cref="Mode.Fresh"/>.</summary>
    public const int DocumentSize = 1024;
    public const int FreshDocumentSize = 4096;

    /// <summary>The words of the command lines, in the enumeration's order.</summary>
    public static readonly string[] Words = ["whole", "docs", "cold", "fresh"];

    private static readonly string[] Titles =
        ["Warm, whole file", "Warm, documents of 1 KB", "Cold, first pass", "Fresh caches, documents of 4 KB"];

    public static string Word(this Mode mode) => Words[(int)mode];

    public static string Title(this Mode mode) => Titles[(int)mode];

    public static Mode Parse(string word)
    {
        int index = Array.IndexOf(Words, word);
        return index >= 0
            ? (Mode)index
            : throw new CompareException($"--mode is {string.Join(", ", Words)}, not '{word}'");
    }

    /// <summary>The mode with the same documents, and so the same ids, that the ids are compared
    /// in.</summary>
    public static Mode SameIds(this Mode mode) => mode == Mode.Cold ? Mode.Whole : mode;

    /// <summary>The speed that counts, in MB/s.</summary>
    public static double SpeedOf(this Mode mode, Measurement measurement) =>
        mode == Mode.Cold ? measurement.FirstSpeed : measurement.MedianSpeed;
}
