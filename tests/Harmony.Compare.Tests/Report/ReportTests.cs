using System.Text.Json;
using System.Xml.Linq;
using Harmony.Compare.Report;
using Harmony.Compare.Tests.Support;

namespace Harmony.Compare.Tests.Report;

public class ReportTests
{
    private static readonly Machine Machine = new("Some CPU <1>", "family 1", "some system");
    private static readonly DateOnly Date = new(2026, 2, 3);

    [Fact]
    public void Create_Markdown_SpeedsRatiosProblemsAndFiles()
    {
        string text = MarkdownReport.Create(Samples.Results(), Machine, Date, rounds: 2, passes: 9, "chart.svg");
        string[] lines = text.Split('\n');
        Assert.Contains("|  | Harmony | slow & steady | liar |", lines);
        Assert.Contains("| --- | ---: | ---: | ---: |", lines);
        Assert.Contains("| a<b.txt | 500 | 250 (2.00×) | 1234 (0.41×) |", lines);
        Assert.Contains("| c.txt | 500 | 250 (2.00×) | ids differ |", lines);
        Assert.Contains("| c.txt | 110 | 40.0 (2.75×) | ids differ |", lines);
        Assert.Contains("| slow & steady | 2.00 | 5.00 |", lines);
        Assert.Contains("- liar, c.txt: other ids", lines);
        Assert.Contains("| c.txt | 1,000 | 250 | `c0ffee` |", lines);
        Assert.Contains("- Processor: Some CPU <1> (family 1)", lines);
        Assert.Contains("- Date: 2026-02-03", lines);
    }

    [Fact]
    public void Create_Chart_BarsAreAsLongAsSpeeds()
    {
        XNamespace svg = "http://www.w3.org/2000/svg";
        XElement root = XDocument.Parse(BarChart.Create(Samples.Results(), Machine, Date)).Root!;
        Assert.Equal(svg + "svg", root.Name);
        Assert.Contains(root.Elements(svg + "text"), static text => text.Value == "slow & steady");
        Assert.Contains(root.Elements(svg + "text"), static text => text.Value == "ids differ");
        Assert.Contains("prefers-color-scheme: dark", root.Element(svg + "style")!.Value, StringComparison.Ordinal);

        // A legend's square for each tool, then panel by panel and file by file a bar for each.
        XElement[] bars =
            [.. root.Elements(svg + "rect").Where(static bar => ((string)bar.Attribute("class")!)[0] == 't').Skip(3)];
        Assert.Equal(2 * 2 * 3, bars.Length);
        Assert.Equal(2, Width(bars[0]) / Width(bars[1]), 0.01);
        Assert.Equal(1234.0 / 500, Width(bars[2]) / Width(bars[0]), 0.02);
        Assert.Equal(0, Width(bars[5]));
    }

    [Fact]
    public void Create_RunLines_OneObjectForEachRun()
    {
        string[] lines = RunLines.Create(Samples.Results()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2 * 9, lines.Length);
        using JsonDocument second = JsonDocument.Parse(lines[1]);
        Assert.Equal("slow & steady", second.RootElement.GetProperty("tool").GetString());
        Assert.Equal(200, second.RootElement.GetProperty("median_mb_s").GetDouble());
    }

    [Theory]
    [InlineData(576, 200)]
    [InlineData(1000, 200)]
    [InlineData(99, 20)]
    [InlineData(7, 2)]
    [InlineData(0.5, 0.1)]
    public void AxisStep_Highest_IsRound(double highest, double expected) =>
        Assert.Equal(expected, BarChart.AxisStep(highest), 1e-9);

    [Theory]
    [InlineData(null, "–")]
    [InlineData(0.894, "0.89")]
    [InlineData(9.996, "10.0")]
    [InlineData(28.72, "28.7")]
    [InlineData(99.96, "100")]
    [InlineData(1234.5, "1234")]
    public void Text_Number_ThreeDigits(double? number, string expected) =>
        Assert.Equal(expected, Numbers.Text(number));

    [Fact]
    public void FromLinux_Text_NameFamilyAndSlug()
    {
        const string Text = "processor\t: 0\ncpu family\t: 6\nmodel\t\t: 143\nmodel name\t: Intel(R) Xeon(R) @ 2.00GHz\n";
        var machine = Machine.FromLinux(Text, "x");
        Assert.Equal("Intel(R) Xeon(R) @ 2.00GHz", machine.Processor);
        Assert.Equal("family 6, model 143", machine.Details);
        Assert.Equal("intel-r-xeon-r-2-00ghz", machine.Slug);
        Assert.Equal(("", ""), (Machine.FromLinux("", "x").Processor, Machine.FromLinux("", "x").Details));
    }

    private static double Width(XElement bar) => (double)bar.Attribute("width")!;
}
