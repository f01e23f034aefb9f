using System.Diagnostics.Tracing;

namespace Harmony.Bpe.Tests.Support;

/// <summary>Counts the arrays that the current thread has rented from the shared pools and not returned, by
/// the events of the pools.</summary>
internal sealed class PoolWatch : EventListener
{
    private const string PoolEvents = "System.Buffers.ArrayPoolEventSource";
    private const int Rented = 1;
    private const int Returned = 3;

    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly Dictionary<int, int> _out = [];

    /// <summary>The number of arrays that were rented.</summary>
    public int RentedCount { get; private set; }

    /// <summary>The number of these that were not returned.</summary>
    public int OutCount => _out.Values.Sum();

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == PoolEvents)
        {
            EnableEvents(eventSource, EventLevel.Verbose);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // Events come on the renting thread, even before this type's own constructor has run.
        if (_out is null || Environment.CurrentManagedThreadId != _thread || eventData.Payload is not [int buffer, ..])
        {
            return;
        }

        switch (eventData.EventId)
        {
            case Rented:
                RentedCount++;
                _out[buffer] = _out.GetValueOrDefault(buffer) + 1;
                break;
            case Returned when _out.ContainsKey(buffer):
                _out.Remove(buffer);
                break;
        }
    }
}
