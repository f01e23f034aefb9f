using Harmony.Compare.Runs;
using Harmony.Compare.Tests.Support;
using Harmony.Compare.Tools;

namespace Harmony.Compare.Tests.Runs;

public class ComparisonTests
{
    private static readonly Tool Ours = new PeerTool("us", ["us"]);
    private static readonly Tool[] Peers = [new PeerTool("p", ["p"]), new PeerTool("q", ["q"])];
    private static readonly CorpusFile File = Samples.File("t.txt");

    [Fact]
    public void Run_Rounds_IdsFirstThenPairsInTurns()
    {
        var runner = new ScriptedRunner(static (_, mode) => Right(mode));
        Results results = Run(runner, [Mode.Whole, Mode.Cold], rounds: 2);
        string[] round =
        [
            "us folder/t.txt Whole 9", "p folder/t.txt Whole 9", "us folder/t.txt Whole 9", "q folder/t.txt Whole 9",
            "us folder/t.txt Cold 1", "p folder/t.txt Cold 1", "us folder/t.txt Cold 1", "q folder/t.txt Cold 1",
        ];
        Assert.Equal(
            [
                "us folder/t.txt Whole 1", "p folder/t.txt Whole 1", "q folder/t.txt Whole 1", .. round, .. round,
            ],
            runner.Runs);
        Assert.Equal(8, results.Pairs.Count);
        Assert.Equal(["p", "q"], results.Peers);
        Assert.Empty(results.Problems);
    }

    [Fact]
    public void Run_IdsDifferInDocuments_PeerIsNotTimedAtAll()
    {
        var runner = new ScriptedRunner(static (tool, mode) =>
            tool == "p" && mode == Mode.Documents ? Outcome.Of(Samples.Of(9, documents: 7, hash: "bad")) : Right(mode));
        Results results = Run(runner, Enum.GetValues<Mode>(), rounds: 1);
        Problem problem = Assert.Single(results.Problems);
        Assert.Equal(("p", "t.txt", "ids differ"), (problem.Peer, problem.File, problem.Word));
        Assert.Equal(["q"], results.Peers);
        Assert.Equal(
            ["p folder/t.txt Whole 1", "p folder/t.txt Documents 1"],
            runner.Runs.Where(static run => run.StartsWith('p')));
    }

    [Fact]
    public void Run_IdsDifferInATimedRun_PeerIsDropped()
    {
        int runs = 0;
        var runner = new ScriptedRunner((tool, mode) =>
            tool == "p" && ++runs == 3 ? Outcome.Of(Samples.Of(9, hash: "bad")) : Right(mode));
        Results results = Run(runner, [Mode.Whole], rounds: 3);
        Assert.Equal("ids differ", results.ProblemOf("p", File));
        Assert.Null(results.RatioTo("p", File, Mode.Whole));
        Assert.NotNull(results.RatioTo("q", File, Mode.Whole));
        Assert.Equal(3, runs);
    }

    [Fact]
    public void Run_PeerAbsentOrFailing_OthersAreTimed()
    {
        var runner = new ScriptedRunner(static (tool, mode) => tool == "p" ? Outcome.Absent("no such program") : Right(mode));
        Results results = Run(runner, [Mode.Whole], rounds: 1);
        Problem problem = Assert.Single(results.Problems);
        Assert.Null(problem.File);
        Assert.Equal("not installed", problem.Word);
        Assert.Equal(["q"], results.Peers);

        runner = new ScriptedRunner(static (tool, mode) => tool == "q" ? Outcome.Failed("exit code 1") : Right(mode));
        results = Run(runner, [Mode.Whole], rounds: 1);
        Assert.Equal("failed", results.ProblemOf("q", File));
        Assert.Equal(["p"], results.Peers);
    }

    [Fact]
    public void Run_OursFailsOrChanges_Throws()
    {
        var failing = new ScriptedRunner(static (_, _) => Outcome.Failed("no"));
        Assert.Throws<CompareException>(() => Run(failing, [Mode.Whole], rounds: 1));
        int runs = 0;
        var changing = new ScriptedRunner((tool, mode) =>
            tool == "us" && ++runs == 2 ? Outcome.Of(Samples.Of(9, hash: "bad")) : Right(mode));
        Assert.Throws<CompareException>(() => Run(changing, [Mode.Whole], rounds: 1));
    }

    private static Outcome Right(Mode mode) => Outcome.Of(
        mode == Mode.Documents ? Samples.Of(5, documents: 7, hash: "d0c5") : Samples.Of(5));

    private static Results Run(ScriptedRunner runner, Mode[] modes, int rounds) =>
        new Comparison(runner, Ours, Peers, passes: 9, static _ => { }).Run([File], modes, rounds);
}
