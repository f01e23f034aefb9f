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
}
