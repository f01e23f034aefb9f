namespace Harmony.Bpe.Truncation;

/// <summary>Where a piece ends, and the number of ids up to there.</summary>
/// <param name="Position">The end, in bytes from the start of the text.</param>
/// <param name="Ids">The number of ids of the text up to the end.</param>
internal readonly record struct PieceEnd(int Position, int Ids);
