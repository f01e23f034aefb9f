using Harmony.Compare.Runs;

namespace Harmony.Compare.Tests.Support;

/// <summary>Measurements and files to calculate with.</summary>
internal static class Samples
{
    public static CorpusFile File(string name) => new(name, "folder/" + name, 1000, "c0ffee");

    /// <summary>A measurement by its speeds and ids.</summary>
    public static Measurement Of(double median, double first = 1, long documents = 1, string hash = "00ff") => new()
    {
        Bytes = 1000,
        Documents = documents,
        Tokens = 250,
        Hash = hash,
        LoadMilliseconds = 2,
        FirstSpeed = first,
        BestSpeed = median * 2,
        MedianSpeed = median,
        PeakResidentBytes = 5_000_000,
    };

    /// <summary>Two files, two rounds, a peer that is half as fast, and one with a problem.</summary>
    public static Results Results()
    {
        CorpusFile[] files = [File("a<b.txt"), File("c.txt")];
        var results = new Results(files, [Mode.Whole, Mode.Cold]);
        foreach (CorpusFile file in files)
        {
            results.AddIds(file, Of(1));
            foreach (Mode mode in results.Modes)
            {
                results.Add(new Pair(file, mode, "slow & steady", Of(400, first: 100), Of(200, first: 50)));
                results.Add(new Pair(file, mode, "slow & steady", Of(600, first: 120), Of(300, first: 30)));
            }
        }

        results.Add(new Problem("liar", "c.txt", "ids differ", "other ids"));
        results.Add(new Pair(files[0], Mode.Whole, "liar", Of(500), Of(1234)));
        return results;
    }
}
