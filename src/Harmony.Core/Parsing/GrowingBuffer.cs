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

    /// <summary>Room for more items behind those that there are, at least so many: to be written, then
    /// counted by <see cref="Advance"/>.</summary>
    public Span<T> Reserve(int count)
    {
        if (count > _items.Length - Count)
        {
            Grow(count);
        }

        return _items.AsSpan(Count);
    }

    /// <summary>Counts items that were written into the reserved room.</summary>
    public void Advance(int count) => Count += count;

    /// <summary>Forgets the items from here on.</summary>
    public void Truncate(int count) => Count = count;

    /// <summary>Forgets the first items; the others move to the front.</summary>
    public void RemoveFirst(int count)
    {
        _items.AsSpan(count, Count - count).CopyTo(_items);
        Count -= count;
    }

    /// <summary>Puts other items in the place of some.</summary>
    public void Replace(int start, int length, ReadOnlySpan<T> items)
    {
        int tail = start + length;
        int tailLength = Count - tail;
        Reserve(items.Length);
        _items.AsSpan(tail, tailLength).CopyTo(_items.AsSpan(start + items.Length));
        items.CopyTo(_items.AsSpan(start));
        Count = start + items.Length + tailLength;
    }

    /// <summary>Makes the buffer exactly so long and gives all of it to be written.</summary>
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
