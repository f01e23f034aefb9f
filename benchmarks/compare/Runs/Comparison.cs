using Harmony.Compare.Tools;

namespace Harmony.Compare.Runs;

/// <summary>Compares ids, then times those who gave the same: us, a peer, us, the next peer, and so on, in
/// rounds over all files and modes, so that what disturbs the machine for a while disturbs all.</summary>
internal sealed class Comparison(
    IToolRunner runner, Tool ours, IReadOnlyList<Tool> peers, int passes, Action<string> progress)
{
    /// <summary>Ids are compared by tools that need not be fast.</summary>
    private const int PassesToCompare = 1;

    private readonly Dictionary<(CorpusFile File, Mode Mode), Measurement> _ids = [];

    /// <exception cref="CompareException">Ours failed, or did not give the same ids twice.</exception>
    public Results Run(IReadOnlyList<CorpusFile> files, IReadOnlyList<Mode> modes, int rounds)
    {
        var results = new Results(files, modes);
        foreach (CorpusFile file in files)
        {
            CompareIds(results, file);
        }

        for (int round = 1; round <= rounds; round++)
        {
            foreach (CorpusFile file in files)
            {
                foreach (Mode mode in modes)
                {
                    progress($"round {round} of {rounds}: {file.Name}, {mode.Word()}");
                    Time(results, file, mode);
                }
            }
        }

        return results;
    }

    private void CompareIds(Results results, CorpusFile file)
    {
        foreach (Mode mode in results.Modes.Select(Modes.SameIds).Distinct().Order())
        {
            progress($"comparing ids: {file.Name}, {mode.Word()}");
            Measurement expected = RunOurs(file, mode, PassesToCompare);
            _ids[(file, mode)] = expected;
            results.AddIds(file, expected);
            foreach (Tool peer in Timed(results, file))
            {
                Accept(results, peer, file, mode, runner.Run(peer, file.Path, mode, PassesToCompare));
            }
        }
    }

    private void Time(Results results, CorpusFile file, Mode mode)
    {
        int passesOfMode = mode == Mode.Cold ? 1 : passes;
        foreach (Tool peer in Timed(results, file))
        {
            Measurement measured = RunOurs(file, mode, passesOfMode);
            Outcome theirs = runner.Run(peer, file.Path, mode, passesOfMode);
            if (Accept(results, peer, file, mode, theirs) is Measurement measurement)
            {
                results.Add(new Pair(file, mode, peer.Name, measured, measurement));
            }
        }
    }

    private Measurement RunOurs(CorpusFile file, Mode mode, int passesOfRun)
    {
        Outcome outcome = runner.Run(ours, file.Path, mode, passesOfRun);
        Measurement measurement = outcome.Measurement
            ?? throw new CompareException(
                $"{ours.Name} failed on {file.Name}, {mode.Word()}: {outcome.Problem}");
        bool isFirst = !_ids.TryGetValue((file, mode.SameIds()), out Measurement? expected);
        return isFirst || measurement.HasIdsOf(expected!)
            ? measurement
            : throw new CompareException(
                $"{ours.Name} did not give the same ids twice: {file.Name}, {mode.Word()}");
    }

    /// <summary>The measurement of a peer that gave our ids; null, and a problem noted, for any
    /// other.</summary>
    private Measurement? Accept(Results results, Tool peer, CorpusFile file, Mode mode, Outcome outcome)
    {
        Measurement expected = _ids[(file, mode.SameIds())];
        Problem? problem = outcome switch
        {
            { IsAbsent: true } => new Problem(peer.Name, null, "not installed", outcome.Problem),
            { Measurement: null } => new Problem(
                peer.Name, file.Name, "failed", $"failed ({mode.Word()}): {outcome.Problem}"),
            { Measurement: Measurement theirs } when !theirs.HasIdsOf(expected) => new Problem(
                peer.Name,
                file.Name,
                "ids differ",
                $"other ids ({mode.Word()}): {Ids(theirs)}; ours: {Ids(expected)}"),
            _ => null,
        };
        if (problem is null)
        {
            return outcome.Measurement;
        }

        results.Add(problem);
        progress($"{problem.Peer}, {problem.File ?? "all files"}: {problem.Reason}");
        return null;
    }

    private IEnumerable<Tool> Timed(Results results, CorpusFile file) =>
        peers.Where(peer => results.ProblemOf(peer.Name, file) is null);

    private static string Ids(Measurement measurement) =>
        $"{measurement.Tokens} ids of {measurement.Documents} documents and {measurement.Bytes} bytes, "
        + $"FNV-1a {measurement.Hash}";
}
