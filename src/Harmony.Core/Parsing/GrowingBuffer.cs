namespace Harmony.Core.Parsing;

/// <summary>An array that grows by doubling, so that appending costs the same however much there is already.
/// Clearing keeps the memory.</summary>
/// <typeparam name="T">Type of the items.</typeparam>
internal struct GrowingBuffer<T>
    where T : unmanaged
{
    private T[] _items;

    public GrowingBuffer() => _items = [];

    public int Count { get; private set; }

    public readonly ReadOnlySpan<T> Items => _items.AsSpan(0, Count);

    public void Clear() => Count = 0;

    public void Append(T item)
    {
        if (Count == _items.Length)
        {
            Grow(1);
        }

        _items[Count++] = item;
    }

    public void Append(ReadOnlySpan<T> items)
    {
        if (items.Length > _items.Length - Count)
        {
            Grow(items.Length);
        }

        items.CopyTo(_items.AsSpan(Count));
        Count += items.Length;
    }

    /// <summary>Reserves room for at least this many more items after the last one. Write them, then call
    /// <see cref="Advance"/>.</summary>
    public Span<T> Reserve(int count)
    {
        if (count > _items.Length - Count)
        {
            Grow(count);
        }

        return _items.AsSpan(Count);
    }

    /// <summary>Adds the items that were written into the reserved room.</summary>
    public void Advance(int count) => Count += count;

    /// <summary>Removes all items but the first ones.</summary>
    public void Truncate(int count) => Count = count;

    /// <summary>Removes the first items and moves the others to the beginning.</summary>
    public void RemoveFirst(int count)
    {
        _items.AsSpan(count, Count - count).CopyTo(_items);
        Count -= count;
    }

    /// <summary>Replaces some items with others, whose number may differ.</summary>
    public void Replace(int start, int length, ReadOnlySpan<T> items)
    {
        int tail = start + length;
        int tailLength = Count - tail;
        Reserve(items.Length);
        _items.AsSpan(tail, tailLength).CopyTo(_items.AsSpan(start + items.Length));
        items.CopyTo(_items.AsSpan(start));
        Count = start + items.Length + tailLength;
    }

    /// <summary>Sets the number of items and returns all of them, to be overwritten.</summary>
    public Span<T> SetCount(int count)
    {
        if (count > _items.Length)
        {
            Count = 0;
            Grow(count);
        }

        Count = count;
        return _items.AsSpan(0, count);
    }

    private void Grow(int added)
    {
        long wanted = Math.Max((long)Count + added, Math.Max(64, 2L * _items.Length));
        var larger = new T[Math.Max((int)Math.Min(wanted, Array.MaxLength), checked(Count + added))];
        Items.CopyTo(larger);
        _items = larger;
    }
}
