using System.Buffers;
using System.Collections;

namespace Harmony.Bpe;

/// <summary>
/// The ids of many texts, in pooled memory that goes back when the batch is disposed of. Nothing of what it gave
/// out may be used after that. Reading it is thread-safe.
/// </summary>
public sealed class EncodedBatch : IReadOnlyList<ReadOnlyMemory<int>>, IDisposable
{
    private readonly List<int[]> _rented = [];
    private ReadOnlyMemory<int>[]? _texts;

    internal EncodedBatch(int count)
    {
        Count = count;
        _texts = ArrayPool<ReadOnlyMemory<int>>.Shared.Rent(count);
    }

    /// <summary>How many texts there are.</summary>
    public int Count { get; }

    /// <summary>The ids of one text.</summary>
    /// <param name="index">The text's place among the texts.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such text.</exception>
    /// <exception cref="ObjectDisposedException">The batch was disposed of.</exception>
    public ReadOnlyMemory<int> this[int index]
    {
        get
        {
            ReadOnlyMemory<int>[]? texts = _texts;
            ObjectDisposedException.ThrowIf(texts is null, this);
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return texts[index];
        }
    }

    /// <summary>The ids of each text, in the order of the texts.</summary>
    public IEnumerator<ReadOnlyMemory<int>> GetEnumerator()
    {
        for (int index = 0; index < Count; index++)
        {
            yield return this[index];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Gives the memory back; a second time does nothing.</summary>
    public void Dispose()
    {
        ReadOnlyMemory<int>[]? texts = Interlocked.Exchange(ref _texts, null);
        if (texts is null)
        {
            return;
        }

        ArrayPool<ReadOnlyMemory<int>>.Shared.Return(texts, clearArray: true);
        foreach (int[] ids in _rented)
        {
            ArrayPool<int>.Shared.Return(ids);
        }
    }

    /// <summary>Sets the ids of one text. Threads set those of different texts.</summary>
    internal void Set(int index, ReadOnlyMemory<int> ids) => _texts![index] = ids;

    /// <summary>Takes rented memory over.</summary>
    internal void Keep(int[] rented)
    {
        lock (_rented)
        {
            _rented.Add(rented);
        }
    }
}
