namespace Harmony.Bpe.Batches;

/// <summary>
/// The states whose caches have grown. Twice a minute a timer shrinks those that were not used for a
/// minute, whose threads wait for work of another kind, or for none. It exists while there are such states.
/// </summary>
internal static class GrownCaches
{
    /// <summary>How long a state must have been idle, and the time between two looks; milliseconds.</summary>
    private const int IdleTime = 60_000;
    private const int Period = IdleTime / 2;

    private static readonly Lock Lock = new();

    // Weak: a state is freed when its thread has ended.
    private static readonly List<WeakReference<BatchState>> States = [];
    private static Timer? _timer;

    /// <summary>Adds a state that has just grown.</summary>
    public static void Add(BatchState state)
    {
        lock (Lock)
        {
            state.Watch();
            States.Add(new WeakReference<BatchState>(state));
            _timer ??= StartTimer();
        }
    }

    /// <summary>Shrinks the idle ones.</summary>
    /// <param name="now">The time, in milliseconds as <see cref="Environment.TickCount64"/> counts
    /// them.</param>
    public static void Shrink(long now)
    {
        lock (Lock)
        {
            States.RemoveAll(
                reference => !reference.TryGetTarget(out BatchState? state) || state.TryShrink(now, IdleTime));
            if (States.Count == 0)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }
    }

    private static Timer StartTimer()
    {
        // The timer must not keep the values of whoever happens to be encoding.
        using AsyncFlowControl flow =
            ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        return new Timer(static _ => Shrink(Environment.TickCount64), null, Period, Period);
    }
}
