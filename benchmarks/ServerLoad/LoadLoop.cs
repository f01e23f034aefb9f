using System.Diagnostics;

namespace ServerLoad;

/// <summary>Runs a number of requests at a time, for some seconds.</summary>
internal static class LoadLoop
{
    /// <summary>Runs requests.</summary>
    /// <param name="count">How many at a time.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="idsOfRequest">How many ids a request gives.</param>
    /// <param name="request">Makes a request, and adds the time of each event in milliseconds since the one
    /// before it.</param>
    public static async Task<LoadResult> RunAsync(
        int count, int seconds, int idsOfRequest, Func<List<double>, Task> request)
    {
        // What is compiled and opened at the first requests does not count.
        await Task.WhenAll(Enumerable.Range(0, Math.Min(count, 64)).Select(_ => request([])));
        GC.Collect();
        var result = new LoadResult { IdsOfRequest = idsOfRequest };
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(seconds))
            {
                List<double> times = new(idsOfRequest + 4);
                await request(times);
                result.Add(times);
            }
        })));
        result.End(Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - cpu);
        return result;
    }
}
