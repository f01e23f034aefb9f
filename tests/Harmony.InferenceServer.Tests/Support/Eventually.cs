namespace InferenceServer.Support;

/// <summary>Waits for what nothing tells of.</summary>
internal static class Eventually
{
    /// <summary>Waits until a condition holds.</summary>
    /// <exception cref="TimeoutException">It does not for a minute.</exception>
    public static async Task IsTrueAsync(Func<bool> condition)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromMinutes(1))
            {
                throw new TimeoutException("The condition has not come true for a minute.");
            }

            await Task.Yield();
        }
    }
}
