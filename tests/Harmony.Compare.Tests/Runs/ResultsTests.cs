using Harmony.Compare.Runs;
using Harmony.Compare.Tests.Support;

namespace Harmony.Compare.Tests.Runs;

public class ResultsTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(3.0, 3.0)]
    [InlineData(2.0, 5.0, 1.0, 2.0)]
    [InlineData(2.5, 9.0, 1.0, 2.0, 3.0)]
    public void Median_Values_IsTheMiddle(double? expected, params double[] values) =>
        Assert.Equal(expected, Statistics.Median(values));

    [Fact]
    public void RatioTo_Pairs_IsOfTheMediansOfTheModesSpeed()
    {
        Results results = Samples.Results();
        CorpusFile file = results.Files[1];
        Assert.Equal(500, results.OurSpeed(file, Mode.Whole));
        Assert.Equal(250, results.SpeedOf("slow & steady", file, Mode.Whole));
        Assert.Equal(2, results.RatioTo("slow & steady", file, Mode.Whole));
        Assert.Equal(110.0 / 40, results.RatioTo("slow & steady", file, Mode.Cold));
        Assert.Null(results.RatioTo("slow & steady", file, Mode.Documents));
    }

    [Fact]
    public void RatioTo_RunsBesideOthers_DoNotCount()
    {
        CorpusFile file = Samples.File("a.txt");
        var results = new Results([file], [Mode.Whole]);
        results.Add(new Pair(file, Mode.Whole, "one", Samples.Of(100), Samples.Of(50)));
        results.Add(new Pair(file, Mode.Whole, "other", Samples.Of(900), Samples.Of(300)));
        Assert.Equal(2, results.RatioTo("one", file, Mode.Whole));
        Assert.Equal(3, results.RatioTo("other", file, Mode.Whole));
        Assert.Equal(500, results.OurSpeed(file, Mode.Whole));
    }

    [Fact]
    public void SpeedOf_PeerWithProblem_Null()
    {
        CorpusFile file = Samples.File("a.txt");
        var results = new Results([file], [Mode.Whole]);
        results.Add(new Pair(file, Mode.Whole, "one", Samples.Of(100), Samples.Of(50)));
        results.Add(new Problem("one", "b.txt", "failed", "failed"));
        Assert.Equal(50, results.SpeedOf("one", file, Mode.Whole));
        results.Add(new Problem("one", "a.txt", "failed", "failed"));
        Assert.Null(results.SpeedOf("one", file, Mode.Whole));
        Assert.Null(results.RatioTo("one", file, Mode.Whole));
    }
}
