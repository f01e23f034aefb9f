namespace Harmony.Core.Tests;

/// <summary>Measures what a piece of work allocates once it is warm.</summary>
internal static class Allocation
{
    /// <summary>Bytes that the third run allocates on this thread.</summary>
    public static long Measure(Action work)
    {
        work();
        work();
        long before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>The least that a run allocates, of ten measurements: for work that shares a cache with tests
    /// that run at the same time, and may find in one run or another that these have displaced what it
    /// needs.</summary>
    public static long MeasureLeast(Action work) => Enumerable.Range(0, 10).Min(_ => Measure(work));
}
