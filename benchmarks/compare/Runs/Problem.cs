namespace Harmony.Compare.Runs;

/// <summary>Why a peer was not timed.</summary>
/// <param name="Peer">The peer's name.</param>
/// <param name="File">The file's name; null if it holds for all.</param>
/// <param name="Word">In a word or two.</param>
/// <param name="Reason">In full.</param>
internal sealed record Problem(string Peer, string? File, string Word, string Reason);
