using Harmony.Compare.Runs;
using Harmony.Compare.Tests.Support;

namespace Harmony.Compare.Tests.Runs;

public class MeasurementTests
{
    private const string Line = """
        {"file":"a.txt","bytes":10,"documents":2,"tokens":3,"fnv1a64":"00ff","load_ms":1.5,"first_mb_s":4,"best_mb_s":6.5,"median_mb_s":5,"peak_rss_bytes":1024,"allocated_bytes_per_pass":0,"mode":"x"}
        """;

    [Fact]
    public void Parse_Line_AllMembers()
    {
        var measurement = Measurement.Parse(Line + "\r\n");
        Assert.Equal(
            new Measurement
            {
                Bytes = 10,
                Documents = 2,
                Tokens = 3,
                Hash = "00ff",
                LoadMilliseconds = 1.5,
                FirstSpeed = 4,
                BestSpeed = 6.5,
                MedianSpeed = 5,
                PeakResidentBytes = 1024,
            },
            measurement);
    }

    [Fact]
    public void Parse_LoadAndMemoryNull_AreUnknown()
    {
        string line = Line.Replace("1.5", "null", StringComparison.Ordinal)
            .Replace("1024", "null", StringComparison.Ordinal);
        var measurement = Measurement.Parse(line);
        Assert.Null(measurement.LoadMilliseconds);
        Assert.Null(measurement.PeakResidentBytes);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("bytes")]
    [InlineData("documents")]
    [InlineData("tokens")]
    [InlineData("fnv1a64")]
    [InlineData("load_ms")]
    [InlineData("first_mb_s")]
    [InlineData("best_mb_s")]
    [InlineData("median_mb_s")]
    [InlineData("peak_rss_bytes")]
    public void Parse_MemberMissing_NamesIt(string member)
    {
        string line = Line.Replace($"\"{member}\"", "\"other\"", StringComparison.Ordinal);
        FormatException e = Assert.Throws<FormatException>(() => Measurement.Parse(line));
        Assert.Contains(member, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("42")]
    [InlineData("{\"file\":")]
    [InlineData("warming up\n{}")]
    public void Parse_NotOneObject_Fails(string output) =>
        Assert.Throws<FormatException>(() => Measurement.Parse(output));

    [Fact]
    public void Parse_SpeedZero_Fails() => Assert.Throws<FormatException>(
        () => Measurement.Parse(Line.Replace("\"median_mb_s\":5", "\"median_mb_s\":0", StringComparison.Ordinal)));

    [Fact]
    public void HasIdsOf_AnyDifference_False()
    {
        Measurement one = Samples.Of(5);
        Assert.True(one.HasIdsOf(one with { Hash = "00FF", MedianSpeed = 7 }));
        Assert.False(one.HasIdsOf(one with { Hash = "00fe" }));
        Assert.False(one.HasIdsOf(one with { Tokens = 1 }));
        Assert.False(one.HasIdsOf(one with { Documents = 9 }));
        Assert.False(one.HasIdsOf(one with { Bytes = 1 }));
    }
}
