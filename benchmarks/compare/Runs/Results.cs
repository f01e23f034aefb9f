namespace Harmony.Compare.Runs;

/// <summary>All that was measured, and what it comes to.</summary>
internal sealed class Results(IReadOnlyList<CorpusFile> files, IReadOnlyList<Mode> modes)
{
    private readonly List<Pair> _pairs = [];
    private readonly List<Problem> _problems = [];
    private readonly Dictionary<CorpusFile, Measurement> _ids = [];

    public IReadOnlyList<CorpusFile> Files => files;

    public IReadOnlyList<Mode> Modes => modes;

    /// <summary>The runs, in the order in which they were made.</summary>
    public IReadOnlyList<Pair> Pairs => _pairs;

    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>The peers that were timed, in the order in which they were given.</summary>
    public IReadOnlyList<string> Peers => [.. _pairs.Select(static pair => pair.Peer).Distinct()];

    public void Add(Pair pair) => _pairs.Add(pair);

    public void Add(Problem problem) => _problems.Add(problem);

    /// <summary>Notes how many ids a file has.</summary>
    public void AddIds(CorpusFile file, Measurement measurement) => _ids.TryAdd(file, measurement);

    /// <summary>The number of a file's ids, as one document where it was encoded so.</summary>
    public long TokensOf(CorpusFile file) => _ids[file].Tokens;

    /// <summary>Why a peer has no numbers for a file, in a word; null if it has.</summary>
    public string? ProblemOf(string peer, CorpusFile file) => _problems.Find(
        problem => problem.Peer == peer && (problem.File is null || problem.File == file.Name))?.Word;

    /// <summary>Our speed, by all runs; null if there are none.</summary>
    public double? OurSpeed(CorpusFile file, Mode mode) => Statistics.Median(
        Of(file, mode, peer: null).Select(pair => mode.SpeedOf(pair.Ours)));

    /// <summary>A peer's speed; null if it was not timed.</summary>
    public double? SpeedOf(string peer, CorpusFile file, Mode mode) => ProblemOf(peer, file) is null
        ? Statistics.Median(Of(file, mode, peer).Select(pair => mode.SpeedOf(pair.Theirs)))
        : null;

    /// <summary>How many times as fast we are: the median of our runs beside this peer by the median of the
    /// peer's; null if it was not timed.</summary>
    public double? RatioTo(string peer, CorpusFile file, Mode mode) =>
        Statistics.Median(Of(file, mode, peer).Select(pair => mode.SpeedOf(pair.Ours)))
        / SpeedOf(peer, file, mode);

    private IEnumerable<Pair> Of(CorpusFile file, Mode mode, string? peer) => _pairs.Where(
        pair => pair.File == file && pair.Mode == mode && (peer is null || pair.Peer == peer));
}
