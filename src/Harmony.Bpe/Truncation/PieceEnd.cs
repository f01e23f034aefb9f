namespace Harmony.Bpe.Truncation;

/// <summary>Where a piece ends, and the ids up to there.</summary>
/// <param name="Position">The end, in bytes from the start of the text.</param>
/// <param name="Ids">How many ids the text up to there has.</param>
internal readonly record struct PieceEnd(int Position, int Ids);
