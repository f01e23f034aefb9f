using System.Globalization;
using System.Security;
using System.Text;
using Harmony.Compare.Runs;
using Harmony.Compare.Tools;

namespace Harmony.Compare.Report;

/// <summary>The speeds as horizontal bars in SVG: a panel for each mode, a group of bars for each file. Its
/// colours follow the reader's light or dark mode.</summary>
internal sealed class BarChart
{
    private const int Margin = 20;
    private const int LabelWidth = 170;
    private const int PanelWidth = 250;
    private const int PanelGap = 54;
    private const int BarHeight = 13;
    private const int GroupGap = 12;
    private const int TitleHeight = 52;
    private const int LegendRowHeight = 22;
    private const int PanelTitleHeight = 30;
    private const int AxisHeight = 24;

    // Wide enough for most fonts: text is not measured here.
    private const int CharacterWidth = 8;
    private const int LegendSwatchWidth = 36;

    private const string Style = """
        text { font: 12px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328; }
        .back { fill: #ffffff; } .grid { stroke: #d8dee4; } .soft { fill: #59636e; }
        .small { font-size: 10.5px; }
        .title { font-size: 17px; font-weight: 600; } .head { font-size: 13px; font-weight: 600; }
        .ours { font-weight: 700; }
        .t0 { fill: #d1480f; } .t1 { fill: #2a6fdb; } .t2 { fill: #7a4fc4; } .t3 { fill: #1f8a3d; }
        .t4 { fill: #a87400; } .t5 { fill: #6b7580; } .t6 { fill: #bf3989; } .t7 { fill: #0a8ba6; }
        @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3; } .back { fill: #0d1117; } .grid { stroke: #30363d; } .soft { fill: #9198a1; }
        .t0 { fill: #ff8a4c; } .t1 { fill: #58a6ff; } .t2 { fill: #b08cff; } .t3 { fill: #3fb950; }
        .t4 { fill: #d9a521; } .t5 { fill: #9aa4ae; } .t6 { fill: #f778ba; } .t7 { fill: #39c5cf; }
        }
        """;

    private const int Colours = 8;

    private readonly Results _results;
    private readonly string[] _tools;
    private readonly StringBuilder _svg = new();
    private readonly int _width;
    private readonly int _groupHeight;
    private readonly int _groupsHeight;

    private BarChart(Results results)
    {
        _results = results;
        _tools = [HarmonyTool.OurName, .. results.Peers];
        _width = 2 * Margin + LabelWidth + results.Modes.Count * (PanelWidth + PanelGap);
        _groupHeight = _tools.Length * BarHeight;
        _groupsHeight = results.Files.Count * (_groupHeight + GroupGap);
    }

    public static string Create(Results results, Machine machine, DateOnly date) =>
        new BarChart(results).Draw($"{machine.Processor}, one thread, {date:yyyy-MM-dd}");

    private string Draw(string conditions)
    {
        int legendRows = CountLegendRows();
        int panelsTop = Margin + TitleHeight + legendRows * LegendRowHeight;
        int height = panelsTop + PanelTitleHeight + _groupsHeight + AxisHeight + Margin;
        const string Title = "Text to o200k ids: MB of UTF-8 a second";
        Append($"""
            <svg xmlns="http://www.w3.org/2000/svg" role="img"
              viewBox="0 0 {_width} {height}" width="{_width}" height="{height}">
            <title>{Title}</title>
            <style>
            {Style}
            </style>
            <rect class="back" width="{_width}" height="{height}" rx="6"/>
            """);
        Text("title", Margin, Margin + 16, Title);
        Text("soft", Margin, Margin + 36, $"Longer is faster. {conditions}. Each panel has its own scale.");
        DrawLegend(Margin + TitleHeight);
        int top = panelsTop + PanelTitleHeight;
        for (int i = 0; i < _results.Files.Count; i++)
        {
            string label = Path.GetFileNameWithoutExtension(_results.Files[i].Name);
            int middle = GroupTop(top, i) + _groupHeight / 2;
            Text("label", Margin + LabelWidth - 10, middle + 4, label, "end");
        }

        for (int i = 0; i < _results.Modes.Count; i++)
        {
            DrawPanel(_results.Modes[i], Margin + LabelWidth + i * (PanelWidth + PanelGap), top);
        }

        return _svg.Append("</svg>\n").ToString();
    }

    private int CountLegendRows() => 1 + LegendPlaces().Max(static place => place.Row);

    private void DrawLegend(int top)
    {
        foreach ((string tool, int row, int left) in LegendPlaces())
        {
            int y = top + row * LegendRowHeight;
            Bar(tool, left, y, 12, 12);
            Text(tool == HarmonyTool.OurName ? "ours" : "label", left + 18, y + 10, tool);
        }
    }

    private IEnumerable<(string Tool, int Row, int Left)> LegendPlaces()
    {
        int row = 0;
        int left = Margin;
        foreach (string tool in _tools)
        {
            int width = LegendSwatchWidth + tool.Length * CharacterWidth;
            if (left > Margin && left + width > _width - Margin)
            {
                row++;
                left = Margin;
            }

            yield return (tool, row, left);
            left += width;
        }
    }

    private void DrawPanel(Mode mode, int left, int top)
    {
        double highest = _results.Files
            .SelectMany(file => _tools.Select(tool => SpeedOf(tool, file, mode) ?? 0))
            .Max();
        double step = AxisStep(highest);
        double scale = PanelWidth / (step * Math.Max(1, Math.Ceiling(highest / step)));
        int bottom = top + _groupsHeight;
        Text("head", left, top - 12, mode.Title());
        for (double tick = 0; tick * scale <= PanelWidth + 0.5; tick += step)
        {
            double x = left + tick * scale;
            string value = tick.ToString("0.##", CultureInfo.InvariantCulture);
            Append($"""<line class="grid" x1="{x:0.#}" y1="{top}" x2="{x:0.#}" y2="{bottom}"/>""");
            Text("small soft", x, bottom + 16, tick == 0 ? "0 MB/s" : value, "middle");
        }

        for (int i = 0; i < _results.Files.Count; i++)
        {
            for (int j = 0; j < _tools.Length; j++)
            {
                DrawBar(_tools[j], _results.Files[i], mode, left, GroupTop(top, i) + j * BarHeight, scale);
            }
        }
    }

    private void DrawBar(string tool, CorpusFile file, Mode mode, int left, int top, double scale)
    {
        double? speed = SpeedOf(tool, file, mode);
        double length = (speed ?? 0) * scale;
        string value = speed is null ? _results.ProblemOf(tool, file) ?? Numbers.None : Numbers.Text(speed);
        string weight = tool == HarmonyTool.OurName ? "small ours" : "small";
        Bar(tool, left, top + 1, length, BarHeight - 2);
        Text(weight, left + length + 4, top + BarHeight - 3, value);
    }

    private int GroupTop(int top, int group) => top + GroupGap / 2 + group * (_groupHeight + GroupGap);

    private double? SpeedOf(string tool, CorpusFile file, Mode mode) =>
        tool == HarmonyTool.OurName ? _results.OurSpeed(file, mode) : _results.SpeedOf(tool, file, mode);

    /// <summary>A round number that fits two to five times.</summary>
    internal static double AxisStep(double highest)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(highest, 1e-3) / 2)));
        double[] steps = [power, 2 * power, 5 * power];
        return Array.Find(steps, step => highest / step <= 5) is var step and > 0 ? step : 10 * power;
    }

    private string ColourOf(string tool)
    {
        int index = Array.IndexOf(_tools, tool);
        return $"t{(index < Colours ? index : 1 + (index - 1) % (Colours - 1))}";
    }

    private void Text(string style, double x, double y, string text, string anchor = "start")
    {
        string escaped = SecurityElement.Escape(text);
        Append($"""<text class="{style}" x="{x:0.#}" y="{y:0.#}" text-anchor="{anchor}">{escaped}</text>""");
    }

    private void Bar(string tool, int left, int top, double width, int height) => Append($"""
        <rect class="{ColourOf(tool)}" x="{left}" y="{top}" width="{width:0.#}" height="{height}" rx="1.5"/>
        """);

    private void Append(FormattableString line) =>
        _svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
