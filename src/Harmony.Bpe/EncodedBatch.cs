using System.Buffers;
using System.Collections;

namespace Harmony.Bpe;

/// <summary>
/// The ids of many texts, in pooled memory. Disposing of the batch returns the memory; nothing that it handed
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

    /// <summary>The number of texts.</summary>
    public int Count { get; }

    /// <summary>The ids of one text.</summary>
    /// <param name="index">The index of the text, from 0.</param>
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

    /// <summary>Returns the memory to the pool. A second call does nothing.</summary>
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

    /// <summary>Sets the ids of one text. Different threads set different texts.</summary>
    internal void Set(int index, ReadOnlyMemory<int> ids) => _texts![index] = ids;

    /// <summary>Takes ownership of a rented array.</summary>
    internal void Keep(int[] rented)
    {
        lock (_rented)
        {
            _rented.Add(rented);
        }
    }
}
