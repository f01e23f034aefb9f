using System.Text;
using System.Text.Json;
using Harmony.Compare.Runs;
using Harmony.Compare.Tools;

namespace Harmony.Compare.Report;

/// <summary>Every timed run as a line of JSON, in order, for those who want to know more than
/// medians.</summary>
internal static class RunLines
{
    public static string Create(Results results)
    {
        var text = new StringBuilder();
        foreach (Pair pair in results.Pairs)
        {
            Append(text, pair, HarmonyTool.OurName, pair.Ours);
            Append(text, pair, pair.Peer, pair.Theirs);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, Pair pair, string tool, Measurement run)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("tool", tool);
            json.WriteString("beside", tool == pair.Peer ? HarmonyTool.OurName : pair.Peer);
            json.WriteString("file", pair.File.Name);
            json.WriteString("mode", pair.Mode.Word());
            json.WriteNumber("first_mb_s", run.FirstSpeed);
            json.WriteNumber("best_mb_s", run.BestSpeed);
            json.WriteNumber("median_mb_s", run.MedianSpeed);
            WriteNumber(json, "load_ms", run.LoadMilliseconds);
            WriteNumber(json, "peak_rss_bytes", run.PeakResidentBytes);
            json.WriteEndObject();
        }

        text.Append(Encoding.UTF8.GetString(line.ToArray())).Append('\n');
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is double number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
