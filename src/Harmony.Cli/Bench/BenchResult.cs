namespace Harmony.Cli.Bench;

/// <summary>What was measured of one file; speeds are in MB (1e6 bytes of UTF-8) per second.</summary>
internal sealed record BenchResult
{
    public required string File { get; init; }

    public required long Bytes { get; init; }

    public required int Documents { get; init; }

    public required long Tokens { get; init; }

    /// <summary>FNV-1a, 64 bits, of the ids of all documents in order, each as 32 bits, little end
    /// first.</summary>
    public required ulong Hash { get; init; }

    public required double LoadMilliseconds { get; init; }

    public required double FirstSpeed { get; init; }

    public required double BestSpeed { get; init; }

    public required double MedianSpeed { get; init; }

    /// <summary>The processor's clock rate after the passes.</summary>
    public required double Gigahertz { get; init; }

    public required long PeakResidentBytes { get; init; }

    public required long AllocatedBytesPerPass { get; init; }
}
