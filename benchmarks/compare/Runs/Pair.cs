namespace Harmony.Compare.Runs;

/// <summary>A run of ours and, right after it, one of a peer's.</summary>
internal sealed record Pair(CorpusFile File, Mode Mode, string Peer, Measurement Ours, Measurement Theirs);
