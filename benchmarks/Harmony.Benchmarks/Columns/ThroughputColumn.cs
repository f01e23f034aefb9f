using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Harmony.Benchmarks.Inputs;

namespace Harmony.Benchmarks.Columns;

/// <summary>Megabytes (10^6 bytes) of UTF-8 a second, for benchmarks with the parameter Corpus.</summary>
internal sealed class ThroughputColumn : IColumn
{
    public string Id => nameof(ThroughputColumn);

    public string ColumnName => "MB/s";

    public string Legend => "Megabytes (10^6 bytes) of UTF-8 a second, by the mean";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) =>
        summary.BenchmarksCases.Any(static benchmarkCase => TryGetLength(benchmarkCase, out _));

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        double? nanoseconds = summary[benchmarkCase]?.ResultStatistics?.Mean;
        return nanoseconds is double mean && TryGetLength(benchmarkCase, out long bytes)
            ? (bytes * 1e3 / mean).ToString("N1", CultureInfo.InvariantCulture)
            : "-";
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) =>
        GetValue(summary, benchmarkCase);

    private static bool TryGetLength(BenchmarkCase benchmarkCase, out long bytes)
    {
        bytes = 0;
        if (Find(benchmarkCase, "Corpus") is string corpus)
        {
            bytes = Find(benchmarkCase, "Size") is int size ? size : Corpus.Read(corpus).Length;
        }

        return bytes != 0;
    }

    private static object? Find(BenchmarkCase benchmarkCase, string name) => benchmarkCase.Parameters.Items
        .FirstOrDefault(parameter => parameter.Name == name)?.Value;
}
