using System.Collections.Concurrent;
using Harmony.Core;

namespace Harmony.Engines.Turns;

/// <summary>Keeps readers for later turns, with their memory. Thread-safe.</summary>
internal sealed class TurnReaderPool(HarmonyEncoding encoding)
{
    private static readonly int MaxCount = Environment.ProcessorCount * 4;

    private readonly ConcurrentQueue<TurnReader> _idle = [];

    /// <summary>Takes a reader for a turn. Disposing it brings it back.</summary>
    public TurnReader Rent(RenderedPrompt prompt, TurnOptions options)
    {
        TurnReader reader = _idle.TryDequeue(out TurnReader? idle) ? idle : new TurnReader(encoding, this);
        reader.Begin(prompt, options);
        return reader;
    }

    public void Return(TurnReader reader)
    {
        if (_idle.Count < MaxCount)
        {
            _idle.Enqueue(reader);
        }
    }
}
