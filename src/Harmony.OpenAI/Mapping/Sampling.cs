using System.Text;
using Harmony.Core;

namespace Harmony.OpenAI.Mapping;

/// <summary>Reads the settings that both APIs have.</summary>
internal static class Sampling
{
    private const int MaxStops = 4;
    private const int MaxStopBytes = 4096;

    public static int? MaxTokens(int? value, string path) =>
        value is < 1 ? throw Refusals.Invalid(path, "it must be at least 1.") : value;

    public static double? Temperature(double? value) => value is null or (>= 0 and <= 2)
        ? value
        : throw Refusals.Invalid("temperature", "it must be from 0 to 2.");

    public static double? TopP(double? value) => value is null or (> 0 and <= 1)
        ? value
        : throw Refusals.Invalid("top_p", "it must be over 0 and at most 1.");

    /// <summary>Harmony knows three efforts; the shorter and longer ones of OpenAI are the nearest.</summary>
    public static ReasoningEffort? Effort(string? value, string path) => value switch
    {
        null => null,
        "none" or "minimal" or "low" => ReasoningEffort.Low,
        "medium" => ReasoningEffort.Medium,
        "high" or "xhigh" => ReasoningEffort.High,
        _ => throw Refusals.Invalid(path, "use 'none', 'minimal', 'low', 'medium', 'high' or 'xhigh'."),
    };

    public static ValueList<StopString> Stops(IReadOnlyList<string>? values)
    {
        if (values is null)
        {
            return [];
        }

        if (values.Count > MaxStops)
        {
            throw Refusals.Invalid("stop", "at most 4 strings are possible.");
        }

        int bytes = 0;
        for (int i = 0; i < values.Count; i++)
        {
            bytes += string.IsNullOrEmpty(values[i])
                ? throw Refusals.Invalid($"stop[{i}]", "a stop string is not empty.")
                : Encoding.UTF8.GetByteCount(values[i]);
        }

        return bytes <= MaxStopBytes
            ? ValueList.FromEnumerable(values.Select(static text => new StopString(text)))
            : throw Refusals.Invalid("stop", "the strings have more than 4,096 bytes of UTF-8 together.");
    }
}
