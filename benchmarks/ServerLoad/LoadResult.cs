namespace ServerLoad;

/// <summary>What was counted in one row of the table.</summary>
internal sealed class LoadResult
{
    private readonly Lock _lock = new();
    private readonly List<double> _first = [];
    private readonly List<double> _between = [];
    private int _requests;
    private double[]? _sortedFirst;
    private double[]? _sortedBetween;

    public double Seconds { get; private set; }

    public int IdsOfRequest { get; init; }

    public double RequestsPerSecond => _requests / Seconds;

    public double IdsPerSecond => RequestsPerSecond * IdsOfRequest;

    /// <summary>Microseconds of processor time for an id, the clients' included.</summary>
    public double CpuPerId { get; private set; }

    public double ManagedMegabytes { get; private set; }

    public double ResidentMegabytes { get; private set; }

    /// <summary>Milliseconds from a request to its first event.</summary>
    public double First(double quantile) => Quantile(_sortedFirst ??= [.. _first.Order()], quantile);

    /// <summary>Milliseconds from an event to the next.</summary>
    public double Between(double quantile) => Quantile(_sortedBetween ??= [.. _between.Order()], quantile);

    /// <summary>Takes a request's times: the first is from its beginning.</summary>
    public void Add(List<double> times)
    {
        lock (_lock)
        {
            _requests++;
            _first.Add(times[0]);
            _between.AddRange(times[1..]);
        }
    }

    public void End(TimeSpan elapsed, TimeSpan cpu)
    {
        Seconds = elapsed.TotalSeconds;
        CpuPerId = cpu.TotalMicroseconds / Math.Max(1, (long)_requests * IdsOfRequest);

        // What is held while the load runs, garbage included.
        ManagedMegabytes = GC.GetTotalMemory(forceFullCollection: false) / 1e6;
        ResidentMegabytes = Environment.WorkingSet / 1e6;
    }

    private static double Quantile(double[] sorted, double quantile) =>
        sorted.Length == 0 ? 0 : sorted[(int)(quantile * (sorted.Length - 1))];
}
