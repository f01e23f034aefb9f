namespace Harmony.Bpe.Batches;

/// <summary>A miss whose piece equals that of a queued miss, so that it gets the same ids.</summary>
/// <param name="Miss">Its number in the group.</param>
/// <param name="Queued">The number of the queued miss in the group.</param>
internal readonly record struct QueuedDuplicate(int Miss, int Queued);
